-- price_cart: prices a cart. The layers of the sale go over it one after another, and their
-- promotions take from what its lines owe. src/domain/pricing/price-cart.ts does the same, to the
-- cent. Amounts in minor units.
-- A line, as lib/pricing/carts makes it, gets one more field here: base, the amount that the
-- present layer looks at.
--@include lib/pricing/effects
--@include lib/pricing/eligible_lines
--@include lib/pricing/rules
--@include lib/pricing/apportion
--@include lib/pots
local price_cart = {}

local function set_basis(lines, basis)
  local field = basis == 'remaining' and 'owed' or 'activity'
  for i = 1, #lines do lines[i].base = lines[i][field] end
end

-- The bid of a promotion: what it would take off some lines, after its budget; nil for nothing.
local function bid_of(priced, promotion, lines, layer)
  local eligible, count, total = {}, 0, 0
  for i = 1, #lines do
    local line = lines[i]
    if eligible_lines.is_eligible(promotion, line, layer) then
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

-- Takes a bid off its lines. A bid that is forfeited to the last cent leaves no trace.
local function apply(priced, bid, layer)
  local promotion = bid.promotion
  local list, given = apportion.shares(bid.lines, priced.zeros, bid.off, bid.weights, bid.worth)
  if given == 0 then return end
  priced.applied[#priced.applied + 1] = { promotion.id, layer, bid.total, given,
    bid.off - given, promotion.funder, promotion.budget or '', promotion.coupon or false, list }
  if promotion.coupon or promotion.tender then priced.used[promotion.rank] = promotion end
  if promotion.budget then
    local pot = 'budget:' .. promotion.budget
    priced.taken[pot] = (priced.taken[pot] or 0) + given
  end
  if promotion.kind == 'points' then priced.points_used = given / promotion.rate end
  if promotion.tender == 'red_packet' then priced.red_packet_used = given end
end

-- Applies the promotion of a layer that takes most off some lines; a tie goes to the one with the
-- lower rank. store: the store of all these lines; nil for the lines of the whole cart.
local function apply_best(priced, lines, layer, promotions, store)
  local best
  for _, promotion in ipairs(promotions) do
    local elsewhere = store and promotion.stores and not promotion.stores[store]
    local bid = not elsewhere and not priced.used[promotion.rank]
      and bid_of(priced, promotion, lines, layer)
    if bid and (not best or bid.off > best.off
      or bid.off == best.off and promotion.rank < best.promotion.rank) then best = bid end
  end
  if best then apply(priced, best, layer) end
end

local function apply_all(priced, lines, layer, promotions, basis)
  table.sort(promotions, rules.by_rank)
  for _, promotion in ipairs(promotions) do
    set_basis(lines, basis)
    local bid = bid_of(priced, promotion, lines, layer)
    if bid then apply(priced, bid, layer) end
  end
end

local function apply_layer(priced, cart, read, i)
  local promotions, layer, pick = read.of_layer[i], read.names[i], read.picks[i]
  if pick == 'all' then return apply_all(priced, cart.lines, layer, promotions, read.bases[i]) end
  set_basis(cart.lines, read.bases[i])
  if pick == 'one' then return apply_best(priced, cart.lines, layer, promotions) end
  for _, store in ipairs(cart.stores) do
    apply_best(priced, cart.lines_of[store], layer, promotions, store)
  end
end

-- Prices a cart whose lines owe their activity. read: what lib/pricing/rules read for it; left:
-- what is left in each pot. Returns
--   applied           promotions as in a receipt (lib/receipts)
--   total             what the lines still owe
--   taken             what the cart takes from each pot
--   used              the coupons and tenders applied, by rank
--   points_used       whole points
--   red_packet_used   minor units
function price_cart.price(cart, read, left)
  local priced = { applied = {}, used = {}, left = left, taken = {}, zeros = {},
    points_used = 0, red_packet_used = 0, total = 0 }
  for i = 1, #cart.lines do priced.zeros[i] = 0 end
  for i = 1, #read.names do
    if read.of_layer[i] then apply_layer(priced, cart, read, i) end
  end
  for _, line in ipairs(cart.lines) do priced.total = priced.total + line.owed end
  return priced
end
