--[[ purchase: sell a batch of single-offer orders of the flash lane, in order: items see each
  other, and a bad item or record refuses that item only.
  keys   fence meta stock offers shoppers outbox
  args   batch (msgpack columns serial, shopper, key, fingerprint, offer, quantity, expected_total;
         at most 64 items; expected_total in minor units, -1: none), tag (random),
         backlog_limit (orders)
  reply  'batch' at pay_by rules_version restocked seq { price, store, ... } outcome... (times
         in ms; seq 0: nothing placed; the list has what was placed at, once an offer)
         | 'fenced' epoch
         outcome: place in that list of its price
           | 'replayed' serial quantity price store pay_by rules_version | 'key_reused'
           | 'invalid' pointer | 'unknown_offer' | 'cart_lane' (ask checkout) | 'sale_over'
           | 'sale_paused' | 'sale_not_open' opens_at | 'busy' | 'rate_limited' seconds
           | 'limit_reached' limit taken ['holds': unpaid orders | 'orders'; else units]
           | 'sold_out' units_left | 'price_changed' total | 'unreadable' ]]
--@include lib/fence
--@include lib/clock
--@include lib/integer
--@include lib/prelude
--@include lib/sale_window
--@include lib/offers
--@include lib/shoppers
--@include lib/outbox
--@include lib/each_item
local REUSED, INVALID = { 'key_reused' }, { 'invalid', '/lines/0/quantity' }
local UNKNOWN, CART_LANE = { 'unknown_offer' }, { 'cart_lane' }
local BUSY = { 'busy' }

local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
local cell = prelude.read(keys.meta)
if not cell then return { 'fenced', '' } end

local batch = cmsgpack.unpack(args.batch)
local room = integer.argument(args.backlog_limit) - (cell.placed - cell.settled)
local now = clock.now_ms()
local pay_by = now + cell.pay_within
local found = offers.read(keys.offers, keys.stock, batch.offer, {})
local records = redis.call('HMGET', keys.shoppers, unpack(batch.shopper))
local open_shoppers, buyers, told, placed = {}, {}, {}, 0

local entry = { at = now, pay_by = pay_by, rules_version = cell.rules_version, serial = {},
  shopper = {}, key = {}, fingerprint = {}, offer = {}, store = {}, quantity = {}, price = {} }

local function replay(order, fingerprint)
  if order[2] ~= fingerprint then return REUSED end
  if type(order[7]) == 'table' then return CART_LANE end
  return { 'replayed', order[3], order[5], order[6], order[7], order[8], order[9] }
end

local function shortage(shopper, offer, name, quantity, expected_total)
  local limit, taken, of = shoppers.over_limit(shopper, name, quantity, offer.terms.limit)
  if limit then return { 'limit_reached', limit, taken, of } end
  local left = offer.units_left - offer.taken
  if left < quantity then return { 'sold_out', left } end
  local total = offer.terms.price * quantity
  if total > offers.MAX_ACTIVITY then return INVALID end
  if expected_total ~= -1 and expected_total ~= total then return { 'price_changed', total } end
end

local function place(i, shopper, offer, quantity)
  local name, key, terms = batch.offer[i], batch.key[i], offer.terms
  placed = placed + 1
  buyers[batch.shopper[i]] = shopper
  offer.taken = offer.taken + quantity
  shoppers.add(shopper, { key, batch.fingerprint[i], batch.serial[i], name, quantity,
    terms.price, terms.store, pay_by, cell.rules_version })
  entry.serial[placed], entry.shopper[placed] = batch.serial[i], batch.shopper[i]
  entry.key[placed], entry.fingerprint[placed] = key, batch.fingerprint[i]
  entry.offer[placed], entry.store[placed] = name, terms.store
  entry.quantity[placed], entry.price[placed] = quantity, terms.price
  if not offer.told then
    offer.told = #told + 1
    told[offer.told], told[offer.told + 1] = terms.price, terms.store
  end
  return offer.told
end

local function outcome(i)
  local name, quantity = batch.shopper[i], batch.quantity[i]
  local shopper = open_shoppers[name] or shoppers.open(records[i])
  open_shoppers[name] = shopper
  local before = shoppers.placed_under(shopper, batch.key[i])
  if before then return replay(before, batch.fingerprint[i]) end
  if not integer.within(quantity, 1, offers.MAX_QUANTITY) then return INVALID end
  local offer = found[batch.offer[i]]
  if not offer.packed then return UNKNOWN end
  local terms = offers.terms(offer)
  if terms.lane ~= 'flash' then return CART_LANE end
  if room <= placed then return BUSY end
  return sale_window.refusal(cell, now, terms)
    or shoppers.refusal(shopper, cell, now)
    or shortage(shopper, offer, batch.offer[i], quantity, batch.expected_total[i])
    or place(i, shopper, offer, quantity)
end

local reply = { 'batch', now, pay_by, cell.rules_version, cell.restocked, 0, told }
for i = 1, #batch.serial do reply[7 + i] = each_item.outcome(outcome, i) end
if placed == 0 then return reply end

-- Everything is checked above; from here on nothing refuses.
-- The entry comes first: it is the one write that Redis may refuse (a key of another type, a number
-- given before), and then nothing is written. The other keys were read.
reply[6] = outbox.append(keys.outbox, keys.meta, cell, 1, args.tag, placed,
  cmsgpack.pack(entry))
offers.take(keys.stock, found)
shoppers.save(keys.shoppers, buyers)
return reply
