-- pots: what this cell may still give: field `budget:<id>` -> minor units, field
--       `quota:<promotion>` -> claims
--@include lib/hash_fields
--@include lib/integer
local pots = {}

-- Adds what is left of the named pots to `left`, except those already there. Raises when a pot
-- is not a counter.
function pots.read(key, names, left)
  local missing = {}
  for _, name in ipairs(names) do
    if not left[name] then missing[#missing + 1] = name end
  end
  if #missing == 0 then return left end
  for i, counter in ipairs(redis.call('HMGET', key, unpack(missing))) do
    left[missing[i]] = assert(integer.counter(counter), 'a pot is not an integer')
  end
  return left
end

-- How much of an amount a pot can give. When less is left than the amount, a `whole` budget gives
-- nothing and any other gives the rest.
function pots.offered(left, amount, whole)
  if left >= amount then return amount end
  if whole or left < 0 then return 0 end
  return left
end

-- Takes an amount out of a pot, in this call only: pots.take writes it.
function pots.spend(left, taken, name, amount)
  left[name], taken[name] = left[name] - amount, true
end

-- Writes what is left of the pots that the call spent from, all in one command.
function pots.take(key, taken, left)
  hash_fields.set(key, taken, function(_, name) return left[name] end)
end
