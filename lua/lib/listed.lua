local listed = {}

-- True when a list (at most 100 long) has the value.
function listed.has(list, value)
  for i = 1, #list do
    if list[i] == value then return true end
  end
  return false
end

-- True when two lists share a value.
function listed.share(list, other)
  for i = 1, #list do
    if listed.has(other, list[i]) then return true end
  end
  return false
end
