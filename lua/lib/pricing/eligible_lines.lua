-- eligible_lines: whether a line of a cart counts for a promotion and receives from it.
local eligible_lines = {}

-- The lists hold at most 20 categories and 20 excluded layers an offer.
local function names_one(list, set)
  for i = 1, #list do
    if set[list[i]] then return true end
  end
  return false
end

local function has(list, value)
  for i = 1, #list do
    if list[i] == value then return true end
  end
  return false
end

-- layer: the name of the promotion's layer.
function eligible_lines.is_eligible(promotion, line, layer)
  local terms = line.terms
  return terms.lane ~= 'flash'
    and not (promotion.full_price and not terms.full_price)
    and not (promotion.stores and not promotion.stores[line.store])
    and not (promotion.offers and not promotion.offers[line.offer])
    and not (promotion.categories and not names_one(terms.categories, promotion.categories))
    and not (terms.excludes[1] and has(terms.excludes, layer))
end
