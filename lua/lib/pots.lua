-- pots: field `budget:<id>` -> minor units, `quota:<promotion>` -> claims: what this cell may
-- still give.
--@include lib/integer
local pots = {}

-- What is left of each by name; raises when one is no counter.
function pots.read(key, names)
  local left = {}
  if #names == 0 then return left end
  local counters = redis.call('HMGET', key, unpack(names))
  for i, name in ipairs(names) do
    left[name] = assert(integer.counter(counters[i]), 'a pot is no integer')
  end
  return left
end

-- What a wish for an amount gets; whole: all of it or nothing, else what is left.
function pots.offered(left, amount, whole)
  if left >= amount then return amount end
  if whole or left < 0 then return 0 end
  return left
end

-- Takes what a call gave: amounts by name.
function pots.take(key, taken)
  for name, amount in pairs(taken) do
    if amount > 0 then redis.call('HINCRBY', key, name, -amount) end
  end
end
