-- gifts: lines that come free when the activity of a promotion's eligible lines reaches a
-- threshold. A gift that is out of stock is left out, and the receipt says so. Returning units
-- (lib/shelves) are given away: no process refuses from memory for the sake of a gift. A paused
-- offer counts as out of stock.
--@include lib/pricing/eligible_lines
--@include lib/pricing/rules
--@include lib/offers
local gifts = {}

local MAX_GIFTS = 10
local NONE = { given = {}, out_of = {} }

local function reaches(promotion, cart, layer)
  local total = 0
  for _, line in ipairs(cart.lines) do
    if eligible_lines.is_eligible(promotion, line, layer) then total = total + line.activity end
  end
  return total > 0 and total >= promotion.from
end

-- Adds the units of the gifts that a cart reaches to its demand, and reads the gifts' offers into
-- `found` (lib/offers). Returns { given, out_of }: flat rows of offer, store, quantity, and the
-- promotions whose gift is out of stock.
function gifts.take(cart, read, found, offers_key, stock_key)
  if #read.gifts == 0 then return NONE end
  local result, due, names = { given = {}, out_of = {} }, {}, {}
  for _, promotion in ipairs(read.gifts) do
    if reaches(promotion, cart, read.names[promotion.layer]) then
      due[#due + 1], names[#names + 1] = promotion, promotion.offer
    end
  end
  table.sort(due, rules.by_rank)
  offers.read(offers_key, stock_key, names, found)
  for i = 1, math.min(#due, MAX_GIFTS) do
    local promotion = due[i]
    local name, quantity, n = promotion.offer, promotion.quantity, #result.given
    local offer, wanted = found[name], (cart.demand[name] or 0) + quantity
    local is_on_sale = offer.packed and not offers.terms(offer).paused
    if is_on_sale and offer.units_left - offer.taken >= wanted then
      cart.demand[name] = wanted
      result.given[n + 1], result.given[n + 2] = name, offers.terms(offer).store
      result.given[n + 3] = quantity
    else
      result.out_of[#result.out_of + 1] = promotion.id
    end
  end
  return result
end
