-- Removes an endpoint: it gets no message from then on. No settlement waits for this statement, and
-- it waits for none.
-- $1 webhook
update webhooks set removed_at = now() where number = $1
