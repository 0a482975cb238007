-- carts: an order's lines together with the terms of their offers. Amounts in minor units.
--@include lib/integer
--@include lib/offers
--@include lib/shoppers
--@include lib/sale_window
local carts = {}

local MAX_LINES = 50

local function add(cart, i, name, quantity, terms)
  local activity = terms.price * quantity
  local line = { at = i, offer = name, store = terms.store, quantity = quantity,
    price = terms.price, activity = activity, owed = activity, terms = terms }
  cart.lines[i], cart.activity = line, cart.activity + activity
  cart.demand[name] = (cart.demand[name] or 0) + quantity
  local of_store = cart.lines_of[terms.store]
  if of_store then
    of_store[#of_store + 1] = line
  else
    cart.lines_of[terms.store], cart.stores[#cart.stores + 1] = { line }, terms.store
  end
end

-- The cart of an order, or nil and a refusal. found: lib/offers. A cart:
--   lines     { at (place in the cart), offer, store, quantity, price, activity (price × quantity),
--             owed (activity less the shares so far), terms } in the order's order
--   lines_of  the lines of each store
--   stores    in the order in which they first appear
--   demand    units of each offer
--   activity  the sum over the lines
function carts.read(order, found)
  local cart = { lines = {}, lines_of = {}, stores = {}, demand = {}, activity = 0 }
  local lines = #order.offers
  if lines < 1 or lines > MAX_LINES then return nil, { 'invalid', '/lines' } end
  for i, name in ipairs(order.offers) do
    local offer, quantity = found[name], order.quantities[i]
    if not integer.within(quantity, 1, offers.MAX_QUANTITY) then
      return nil, { 'invalid', '/lines/' .. (i - 1) .. '/quantity' }
    end
    if not offer.packed then return nil, { 'unknown_offer', name } end
    add(cart, i, name, quantity, offers.terms(offer))
  end
  if cart.activity > offers.MAX_ACTIVITY then return nil, { 'invalid', '/lines' } end
  return cart
end

-- A refusal when an offer is not on sale now, passes the shopper's limit, or has too few units;
-- else nil. The lines of one offer count together.
-- meta_key, member: lib/sale_window.
function carts.refusal(cart, found, cell, now, shopper, meta_key, member)
  local held_back = shoppers.refusal(shopper, cell, now)
  for _, line in ipairs(cart.lines) do
    local name, terms, offer = line.offer, line.terms, found[line.offer]
    local closed = sale_window.offer_refusal(cell, now, name, terms, meta_key, member)
    if closed or held_back then return closed or held_back end
    local wanted = cart.demand[name]
    local limit, taken, of = shoppers.over_limit(shopper, name, wanted, terms.limit)
    if limit then return { 'limit_reached', limit, taken, of or false, name } end
    local left = offer.units_left - offer.taken
    if left > 0 and offer.is_returning then return { 'returning', name } end
    if left < wanted then return { 'sold_out', name, left } end
  end
end
