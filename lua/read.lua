--[[ read: returns a snapshot of the cell, for the audit, dashboards and the memory of what is sold
  out.
  keys   fence meta stock pots
  args   has_counters ('1': with stock and pots, which are as long as the sale has offers)
  reply  'read' state inbox restocked seq tag placed settled watermark (lib/prelude says what each
         is) [offer, units, ...] [pot, left, ...] (both empty without counters) | 'fenced' epoch
  Writes nothing. ]]
--@include lib/prelude
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end
local function counters(key)
  return args.has_counters == '1' and redis.call('HGETALL', key) or {}
end
return { 'read', cell.state, cell.inbox, cell.restocked, cell.seq, cell.tag, cell.placed,
  cell.settled, cell.watermark, counters(keys.stock), counters(keys.pots) }
