-- gifts: lines that come free of charge when the activity of a promotion's lines reaches a
-- threshold; what is not in stock is left out and said.
--@include lib/pricing/price_cart
--@include lib/offers
local gifts = {}

local MAX_GIFTS = 10
local NONE = { given = {}, out_of = {} }

local function reaches(promotion, cart, layer)
  local total = 0
  for _, line in ipairs(cart.lines) do
    if price_cart.is_eligible(promotion, line, layer) then total = total + line.activity end
  end
  return total > 0 and total >= promotion.from
end

-- Adds what gifts need to a cart's demand: { given (offer, store, quantity, flat), out_of
-- (promotions) }. found: lib/offers; gifts' offers are read into it.
function gifts.take(cart, rules, found, offers_key, stock_key)
  if #rules.gifts == 0 then return NONE end
  local result, due, names = { given = {}, out_of = {} }, {}, {}
  for _, promotion in ipairs(rules.gifts) do
    if reaches(promotion, cart, rules.names[promotion.layer]) then
      due[#due + 1], names[#names + 1] = promotion, promotion.offer
    end
  end
  table.sort(due, price_cart.by_rank)
  offers.read(offers_key, stock_key, names, found)
  for i = 1, math.min(#due, MAX_GIFTS) do
    local promotion = due[i]
    local name, quantity, n = promotion.offer, promotion.quantity, #result.given
    local offer, wanted = found[name], (cart.demand[name] or 0) + quantity
    if offer.packed and offer.units_left - offer.taken >= wanted then
      cart.demand[name] = wanted
      result.given[n + 1], result.given[n + 2] = name, offers.terms(offer).store
      result.given[n + 3] = quantity
    else
      result.out_of[#result.out_of + 1] = promotion.id
    end
  end
  return result
end
