-- carts: the lines of an order with what their offers say of them. Amounts in minor units.
--@include lib/offers
--@include lib/shoppers
--@include lib/window
local carts = {}

local MAX_QUANTITY = 999
local MAX_LINES = 50
local MAX_ACTIVITY = 90000000

local function add(cart, i, name, quantity)
  local offer = cart.found[name]
  local terms = offers.terms(offer)
  local activity = terms.price * quantity
  local line = { at = i, offer = name, store = terms.store, quantity = quantity,
    price = terms.price, activity = activity, owed = activity, terms = terms }
  offer.taken = offer.taken + quantity
  cart.lines[i], cart.activity = line, cart.activity + activity
  local of_store = cart.lines_of[terms.store]
  if not of_store then
    of_store = {}
    cart.lines_of[terms.store], cart.stores[#cart.stores + 1] = of_store, terms.store
  end
  of_store[#of_store + 1] = line
end

-- { lines, lines_of (by store), stores (in order of appearance), found (offers, with what the lines
-- take together), activity }, or nil and a refusal.
function carts.read(order, offers_key, stock_key)
  local cart = { lines = {}, lines_of = {}, stores = {}, activity = 0,
    found = offers.read(offers_key, stock_key, order.offers, {}) }
  if #order.offers > MAX_LINES then return nil, { 'invalid', '/lines' } end
  for i, name in ipairs(order.offers) do
    if not integer.within(order.quantities[i], 1, MAX_QUANTITY) then
      return nil, { 'invalid', '/lines/' .. (i - 1) .. '/quantity' }
    end
    if not cart.found[name].packed then return nil, { 'unknown_offer', name } end
    add(cart, i, name, order.quantities[i])
  end
  if cart.activity > MAX_ACTIVITY then return nil, { 'invalid', '/lines' } end
  return cart
end

-- A refusal when an offer is not on sale now, passes the shopper's limit, or has too few units;
-- else nil. Lines of one offer count together.
function carts.refusal(cart, cell, now, shopper)
  for _, line in ipairs(cart.lines) do
    local name, offer = line.offer, cart.found[line.offer]
    local closed = window.refusal(cell, now, offer.terms)
    if closed then return closed end
    local limit, taken = shoppers.over_limit(shopper, name, offer.taken, offer.terms.limit)
    if limit then return { 'limit_reached', limit, taken } end
    if offer.units_left < offer.taken then return { 'sold_out', name, offer.units_left, cell.inbox } end
  end
end
