-- each_item: runs the items of a call one after another. A bad item or a bad record refuses that
-- item only. An error of Redis concerns the whole call, so it is raised again, before anything is
-- written. Redis raises a table; its own pcall would turn the table into text, xpcall does not.
local each_item = {}

local UNREADABLE = { 'unreadable' }

local function raised(reason)
  return type(reason) == 'table' and { of_redis = reason } or UNREADABLE
end

-- What a function says of item i.
function each_item.outcome(of, i)
  local _, word = xpcall(function() return of(i) end, raised)
  if type(word) == 'table' and word.of_redis then error(word.of_redis) end
  return word
end
