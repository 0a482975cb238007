--[[ read: returns a snapshot of the cell, for the audit, dashboards and the memory of what is sold
  out.
  keys   fence meta stock pots
  args   -
  reply  'read' state inbox restocked seq tag placed settled watermark (lib/prelude says what each
         is) [offer, units, ...] [pot, left, ...] | 'fenced' epoch
  Writes nothing. ]]
--@include lib/prelude
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end
return { 'read', cell.state, cell.inbox, cell.restocked, cell.seq, cell.tag, cell.placed,
  cell.settled, cell.watermark, redis.call('HGETALL', keys.stock),
  redis.call('HGETALL', keys.pots) }
