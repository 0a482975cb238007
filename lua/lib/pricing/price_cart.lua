-- price_cart: the layers of a sale one after another over a cart; each takes from what lines owe.
-- A line here: { at (place), offer, store, quantity, price, activity, owed, base (what the present
-- layer looks at), terms }. Amounts in minor units.
--@include lib/pricing/effects
--@include lib/pricing/shares
--@include lib/pots
local price_cart = {}

-- At most 20 categories and 20 excluded layers an offer.
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

function price_cart.is_eligible(promotion, line, layer)
  local terms = line.terms
  return terms.lane ~= 'flash'
    and not (promotion.full_price and not terms.full_price)
    and not (promotion.stores and not promotion.stores[line.store])
    and not (promotion.offers and not promotion.offers[line.offer])
    and not (promotion.categories and not names_one(terms.categories, promotion.categories))
    and not (terms.excludes[1] and has(terms.excludes, layer))
end

local function set_basis(lines, basis)
  local field = basis == 'remaining' and 'owed' or 'activity'
  for i = 1, #lines do lines[i].base = lines[i][field] end
end

-- What a promotion offers for some lines: nil when that is nothing.
local function offer(priced, promotion, lines, layer)
  local eligible, count, total = {}, 0, 0
  for i = 1, #lines do
    local line = lines[i]
    if price_cart.is_eligible(promotion, line, layer) then
      count, total = count + 1, total + line.base
      eligible[count] = line
    end
  end
  if total == 0 then return nil end
  local off, weights = effects.discount(promotion, total, eligible)
  local wanted = off
  if promotion.budget then
    local pot = 'budget:' .. promotion.budget
    off = pots.offered(priced.left[pot] - (priced.taken[pot] or 0), off, promotion.whole)
  end
  if off == 0 then return nil end
  local worth = weights and wanted or total
  return { promotion = promotion, lines = eligible, total = total, off = off, weights = weights,
    worth = worth }
end

local function apply(priced, best, layer)
  local promotion = best.promotion
  local list, given = shares.give(best.lines, priced.zeros, best.off, best.weights, best.worth)
  if given == 0 then return end
  priced.applied[#priced.applied + 1] = { promotion.id, layer, best.total, given,
    best.off - given, promotion.funder, promotion.budget or '', promotion.coupon or false, list }
  if promotion.coupon or promotion.tender then priced.used[promotion.rank] = promotion end
  if promotion.budget then
    local pot = 'budget:' .. promotion.budget
    priced.taken[pot] = (priced.taken[pot] or 0) + given
  end
  if promotion.kind == 'points' then priced.points_used = given / promotion.rate end
  if promotion.tender == 'red_packet' then priced.red_packet_used = given end
end

-- The best of some promotions of a layer over some lines, all of a store unless that is nil.
local function apply_best(priced, lines, layer, promotions, store)
  local best
  for _, promotion in ipairs(promotions) do
    local elsewhere = store and promotion.stores and not promotion.stores[store]
    local now = not elsewhere and not priced.used[promotion.rank]
      and offer(priced, promotion, lines, layer)
    if now and (not best or now.off > best.off
      or now.off == best.off and promotion.rank < best.promotion.rank) then best = now end
  end
  if best then apply(priced, best, layer) end
end

-- The order of ids (lib/rules).
function price_cart.by_rank(one, other) return one.rank < other.rank end

local function apply_all(priced, lines, layer, promotions, basis)
  table.sort(promotions, price_cart.by_rank)
  for _, promotion in ipairs(promotions) do
    set_basis(lines, basis)
    local now = offer(priced, promotion, lines, layer)
    if now then apply(priced, now, layer) end
  end
end

local function apply_layer(priced, cart, rules, i)
  local promotions, layer, pick = rules.of_layer[i], rules.names[i], rules.picks[i]
  if pick == 'all' then return apply_all(priced, cart.lines, layer, promotions, rules.bases[i]) end
  set_basis(cart.lines, rules.bases[i])
  if pick == 'one' then return apply_best(priced, cart.lines, layer, promotions) end
  for _, store in ipairs(cart.stores) do
    apply_best(priced, cart.lines_of[store], layer, promotions, store)
  end
end

-- Prices a cart whose lines owe their activity, with so much left by pot: { applied (lib/receipts),
-- total, taken by pot, used (coupons and tenders by rank), points_used, red_packet_used }.
function price_cart.price(cart, rules, left)
  local priced = { applied = {}, used = {}, left = left, taken = {}, zeros = {},
    points_used = 0, red_packet_used = 0, total = 0 }
  for i = 1, #cart.lines do priced.zeros[i] = 0 end
  for i = 1, #rules.names do
    if rules.of_layer[i] then apply_layer(priced, cart, rules, i) end
  end
  for _, line in ipairs(cart.lines) do priced.total = priced.total + line.owed end
  return priced
end
