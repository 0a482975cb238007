-- CELL and EPOCH are constants of the text: a script serves one cell in one epoch.
local fence = {}

-- nil while this epoch holds the cell, else the reply that turns the caller away.
function fence.refusal(key)
  local current = redis.call('GET', key)
  if current == tostring(EPOCH) then return nil end
  return { 'fenced', current or '' }
end
