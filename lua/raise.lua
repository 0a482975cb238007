--[[ raise: raises the fence to this epoch. From here on the scripts of older epochs refuse. The
  fence never goes down.
  keys   fence
  args   -
  reply  'raised' | 'fenced' epoch (the fence is at this epoch already, or higher)
  Redis runs it even when memory is full, because the cell must come back. ]]
--@include lib/integer
-- A fence of another type, or one that is not a number, names no epoch and is replaced.
local is_text = redis.call('TYPE', keys.fence).ok == 'string'
local current = is_text and integer.counter(redis.call('GET', keys.fence)) or 0
if current >= EPOCH then return { 'fenced', current } end
redis.call('SET', keys.fence, EPOCH)
return { 'raised' }
