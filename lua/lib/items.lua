-- items: those of a call, one after another. A bad item or record refuses that item only; an error
-- of Redis concerns the whole call, and is raised while nothing is written yet. Redis raises a
-- table, and its own pcall would turn that into text.
local items = {}

local UNREADABLE = { 'unreadable' }

local function raised(reason)
  return type(reason) == 'table' and { of_redis = reason } or UNREADABLE
end

-- What a function says of item i.
function items.outcome(of, i)
  local _, word = xpcall(function() return of(i) end, raised)
  if type(word) == 'table' and word.of_redis then error(word.of_redis) end
  return word
end
