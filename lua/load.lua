--[[ load: writes a part of the ledger's snapshot into the keys of a fresh epoch. The caller loads
  `meta` last: until it is there, every other script treats the cell as closed.
  keys   fence part (the hash to fill)
  args   field, value, field, value ... (at most 1000)
  reply  'loaded' | 'fenced' epoch
  Redis runs it even when memory is full, because the cell must come back. ]]
--@include lib/prelude
local refusal = prelude.refusal(keys.fence)
if refusal then return refusal end
redis.call('HSET', keys.part, unpack(ARGV))
return { 'loaded' }
