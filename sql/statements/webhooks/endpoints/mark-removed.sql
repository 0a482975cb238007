-- Nothing more is told it. Takes no lock that a settlement waits for, and waits for none.
-- $1 webhook
update webhooks set removed_at = now() where number = $1
