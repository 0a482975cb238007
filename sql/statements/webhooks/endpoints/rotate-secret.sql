-- Gives an endpoint a new secret. The old one signs as well for a day.
-- $1 webhook, $2 secret
update webhooks
set old_secret = secret, old_until = now() + interval '24 hours', secret = $2
where number = $1
