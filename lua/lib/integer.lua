local integer = {}

-- True for a whole number in min..max; a string, nan, inf or a fraction is none.
function integer.within(value, min, max)
  return type(value) == 'number' and value >= min and value <= max and value % 1 == 0
end

-- An argument as an integer of at most 15 digits, or an error before anything was written.
function integer.argument(text)
  assert(#text <= 15 and string.find(text, '^%d+$'), 'not an integer argument')
  return tonumber(text)
end
