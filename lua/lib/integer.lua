local integer = {}

-- True for an integer from min to max. A string, a fraction, nan and inf are not integers.
function integer.within(value, min, max)
  return type(value) == 'number' and value >= min and value <= max and value % 1 == 0
end

-- True when each value is an integer from min to max. A missing value is not an integer.
function integer.are_within(min, max, ...)
  local values = { ... }
  for i = 1, select('#', ...) do
    if not integer.within(values[i], min, max) then return false end
  end
  return true
end

-- A stored counter as a number, 0 when there is none; nil for text that HINCRBY would refuse.
function integer.counter(text)
  if not text or text == '0' then return 0 end
  if #text > 16 or not string.find(text, '^%-?[1-9]%d*$') then return nil end
  return tonumber(text)
end

-- An argument as an integer of at most 15 digits. Raises for anything else: scripts read their
-- arguments before they write.
function integer.argument(text)
  assert(#text <= 15 and string.find(text, '^%d+$'), 'not an integer argument')
  return tonumber(text)
end
