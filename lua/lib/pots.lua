-- pots: field `budget:<id>` -> minor units, `quota:<promotion>` -> claims: what this cell may
-- still give.
--@include lib/hash_fields
--@include lib/integer
local pots = {}

-- Reads what is left of those named that are not in `left` yet; raises when one is no counter.
function pots.read(key, names, left)
  local missing = {}
  for _, name in ipairs(names) do
    if not left[name] then missing[#missing + 1] = name end
  end
  if #missing == 0 then return left end
  for i, counter in ipairs(redis.call('HMGET', key, unpack(missing))) do
    left[missing[i]] = assert(integer.counter(counter), 'a pot is no integer')
  end
  return left
end

-- What a wish for an amount gets; whole: all of it or nothing, else what is left.
function pots.offered(left, amount, whole)
  if left >= amount then return amount end
  if whole or left < 0 then return 0 end
  return left
end

-- Writes what is left of the pots a call took from, all in one command.
function pots.take(key, taken, left)
  hash_fields.set(key, taken, function(_, name) return left[name] end)
end

-- Takes an amount out of what is left in this call.
function pots.spend(left, taken, name, amount)
  left[name], taken[name] = left[name] - amount, true
end
