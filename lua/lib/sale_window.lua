-- sale_window: whether a sale, or one offer of it, takes orders at a moment (ms since 1970).
local sale_window = {}

local OVER, PAUSED = { 'sale_over' }, { 'sale_paused' }

local function outside(now, opens_at, closes_at)
  if now < opens_at then return { 'sale_not_open', opens_at } end
  if now >= closes_at then return OVER end
end

-- nil while the sale takes orders, otherwise the refusal. With the terms of an offer, the offer's
-- own window counts too; 0 in the terms stands for the sale's time.
function sale_window.refusal(cell, now, terms)
  if cell.state == 'closed' then return OVER end
  if cell.state ~= 'open' then return PAUSED end
  local refusal = outside(now, cell.opens_at, cell.closes_at)
  if refusal or not terms then return refusal end
  local closes_at = terms.closes_at == 0 and math.huge or terms.closes_at
  return outside(now, terms.opens_at, closes_at)
end
