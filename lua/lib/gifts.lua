-- gifts: lines that come free of charge when the activity of a promotion's lines reaches a
-- threshold; what is not in stock is left out and said.
--@include lib/layers
--@include lib/offers
local gifts = {}

local function reaches(promotion, cart, layer)
  local total = 0
  for _, line in ipairs(cart.lines) do
    if layers.is_eligible(promotion, line, layer) then total = total + line.activity end
  end
  return total > 0 and total >= promotion.from
end

local function by_rank(one, other) return one.rank < other.rank end

-- Takes what gifts need from `found` beside the lines: { given (offer, store, quantity, flat),
-- out_of (promotions) }.
function gifts.take(cart, rules, offers_key, stock_key)
  local result, due, names = { given = {}, out_of = {} }, {}, {}
  for _, promotion in ipairs(rules.gifts) do
    if reaches(promotion, cart, rules.names[promotion.layer]) then
      due[#due + 1], names[#names + 1] = promotion, promotion.offer
    end
  end
  table.sort(due, by_rank)
  offers.read(offers_key, stock_key, names, cart.found)
  for _, promotion in ipairs(due) do
    local offer, n = cart.found[promotion.offer], #result.given
    if offer.packed and offer.units_left - offer.taken >= promotion.quantity then
      offer.taken = offer.taken + promotion.quantity
      result.given[n + 1], result.given[n + 2] = promotion.offer, offers.terms(offer).store
      result.given[n + 3] = promotion.quantity
    else
      result.out_of[#result.out_of + 1] = promotion.id
    end
  end
  return result
end
