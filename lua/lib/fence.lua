-- fence: the key that names the epoch in which the cell is open. CELL and EPOCH are constants of
-- a script's text: the text serves one cell in one epoch.
local fence = {}

-- nil while this epoch holds the cell, otherwise the reply that turns the caller away.
function fence.refusal(key)
  local current = redis.call('GET', key)
  if current == tostring(EPOCH) then return nil end
  return { 'fenced', current or '' }
end
