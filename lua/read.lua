--[[ read: a snapshot of the cell for audit, dashboards and sold-out memory.
  keys   fence meta stock pots
  args   -
  reply  'read' state inbox restocked seq tag placed settled watermark { offer units ... }
         { pot left ... }
         | 'fenced' epoch ]]
--@include lib/fence
--@include lib/prelude
local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
local cell = prelude.read(keys.meta)
if not cell then return { 'fenced', '' } end
return { 'read', cell.state, cell.inbox, cell.restocked, cell.seq, cell.tag, cell.placed,
  cell.settled, cell.watermark, redis.call('HGETALL', keys.stock),
  redis.call('HGETALL', keys.pots) }
