--[[ raise: move the fence to this epoch; from here on every script of an older one is refused. It
  only rises.
  keys   fence
  args   -
  reply  'raised' | 'fenced' epoch (the fence stands higher, or here already by another hand)
  Allowed when memory is full: a cell must come back. ]]
local current = tonumber(redis.call('GET', keys.fence) or 0)
if current >= EPOCH then return { 'fenced', current } end
redis.call('SET', keys.fence, EPOCH)
return { 'raised' }
