--[[ load: write a part of the ledger's snapshot into a fresh epoch's namespace. `meta` comes last:
  until it stands, every other script takes the cell for closed.
  keys   fence part (the hash to fill)
  args   field, value, field, value ... (at most 1000)
  reply  'loaded' | 'fenced' epoch
  Allowed when memory is full: a cell must come back. ]]
--@include lib/fence
local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
redis.call('HSET', keys.part, unpack(ARGV))
return { 'loaded' }
