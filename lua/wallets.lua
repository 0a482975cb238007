--[[ wallets: returns what some shoppers hold, and what is left in every budget and quota of the
  cell.
  keys   fence meta wallets pots
  args   shoppers (msgpack array, at most 64)
  reply  'wallets' rules_version (text) [pot, left, ...] wallet... (one for each shopper in order,
         packed as in lib/wallets; nil: an empty wallet) | 'fenced' epoch
  Writes nothing. ]]
--@include lib/prelude
--@include lib/hash_fields
local rules_version, refusal = prelude.open_field(keys.fence, keys.meta, 'rules_version')
if refusal then return refusal end

local shoppers = cmsgpack.unpack(args.shoppers)
local reply = { 'wallets', rules_version, redis.call('HGETALL', keys.pots) }
local head = #reply
local records = redis.call('HMGET', keys.wallets, hash_fields.SEAL, unpack(shoppers))
assert(records[1], 'wallets is gone')
hash_fields.check_seal(keys.pots, 'pots')
for i = 1, #shoppers do reply[head + i] = records[i + 1] end
return reply
