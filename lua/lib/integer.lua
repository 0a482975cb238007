local integer = {}

-- True for a whole number in min..max; a string, nan, inf or a fraction is none.
function integer.within(value, min, max)
  return type(value) == 'number' and value >= min and value <= max and value % 1 == 0
end

-- True when each of the values is: one that is missing is none.
function integer.are_within(min, max, ...)
  local values = { ... }
  for i = 1, select('#', ...) do
    if not integer.within(values[i], min, max) then return false end
  end
  return true
end

-- A stored counter, 0 where there is none yet; nil for what HINCRBY would refuse to add to.
function integer.counter(text)
  if not text or text == '0' then return 0 end
  if #text > 16 or not string.find(text, '^%-?[1-9]%d*$') then return nil end
  return tonumber(text)
end

-- An argument as an integer of at most 15 digits, or an error before anything was written.
function integer.argument(text)
  assert(#text <= 15 and string.find(text, '^%d+$'), 'not an integer argument')
  return tonumber(text)
end
