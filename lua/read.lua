--[[ read: returns a snapshot of the cell, for the audit, dashboards and the memory of what is sold
  out.
  keys   fence meta stock shelves offers shoppers rules pots wallets outbox
  args   has_counters ('1': with stock and pots, which are as long as the sale has offers)
  reply  'read' state inbox restocked seq tag placed settled watermark (lib/prelude says what each
         is) [offer, units, ...] [pot, left, ...] (both empty without counters) | 'fenced' epoch
  Writes nothing. Raises when a key of the cell is gone or has another type. ]]
--@include lib/prelude
--@include lib/hash_fields
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end
hash_fields.check_all(keys)
redis.call('HLEN', keys.shelves)
redis.call('XLEN', keys.outbox)
local function counters(key)
  return args.has_counters == '1' and redis.call('HGETALL', key) or {}
end
return { 'read', cell.state, cell.inbox, cell.restocked, cell.seq, cell.tag, cell.placed,
  cell.settled, cell.watermark, counters(keys.stock), counters(keys.pots) }
