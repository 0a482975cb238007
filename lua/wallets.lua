--[[ wallets: what some shoppers hold, and all that is left in the cell's budgets and quotas.
  keys   fence meta wallets pots
  args   shoppers (msgpack array, at most 64)
  reply  'wallets' rules_version { pot, left, ... } wallet... (lib/wallets, packed; nil: empty)
         | 'fenced' epoch
  Writes nothing. ]]
--@include lib/fence
local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
local version = redis.call('HGET', keys.meta, 'rules_version')
if not version then return { 'fenced', '' } end
local reply = { 'wallets', version, redis.call('HGETALL', keys.pots) }
local shoppers = cmsgpack.unpack(args.shoppers)
for i, record in ipairs(redis.call('HMGET', keys.wallets, unpack(shoppers))) do
  reply[3 + i] = record
end
return reply
