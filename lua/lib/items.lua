-- items: those of a call, one after another. A bad item or record refuses that item only; an error
-- of Redis (raised as a table) concerns the whole call, and nothing is written yet.
local items = {}

local UNREADABLE = { 'unreadable' }

-- What a function says of item i.
function items.outcome(of, i)
  local ok, word = pcall(of, i)
  if ok then return word end
  if type(word) == 'table' then error(word) end
  return UNREADABLE
end
