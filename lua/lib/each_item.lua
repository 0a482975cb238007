-- each_item: runs the items of a call one after another. A bad item or a bad record refuses that
-- item only. An error of Redis concerns the whole call, so it is raised again, before anything is
-- written. Redis raises a table; its own pcall would turn the table into text, xpcall does not.
local each_item = {}

local UNREADABLE = { 'unreadable' }

local function raised(reason)
  return type(reason) == 'table' and { of_redis = reason } or UNREADABLE
end

-- Appends what outcome_of(i) returns to a reply, for each i from 1 to count.
function each_item.append_outcomes(reply, count, outcome_of)
  local head, i = #reply, 0
  local function next_outcome()
    i = i + 1
    return outcome_of(i)
  end
  for _ = 1, count do
    local _, outcome = xpcall(next_outcome, raised)
    if type(outcome) == 'table' and outcome.of_redis then error(outcome.of_redis) end
    reply[head + i] = outcome
  end
end
