--[[ purchase: sells a batch of single-offer orders of the flash lane, in order. Later items see
  what earlier ones took. A bad item or a bad record refuses that item only.
  keys   fence meta stock shelves offers shoppers outbox
  args   batch (msgpack map of columns serial, shopper, key, fingerprint, offer, quantity,
           expected_total (minor units, -1: none), and member (tiers, '': none) unless no item
           has one; at most 64 items)
         tag (random, for the outbox entry)
         backlog_limit (orders that may wait for the ledger)
  reply  'batch' at pay_by rules_version restocked seq prev placed [price, store, ...] outcome...
           times in ms; seq, prev, placed: the entry's number, the tag before it, and orders and
           claims of the epoch up to it (0, '', 0: nothing was placed); prices in minor units; the
           list holds the price and store of each offer that was sold
         | 'fenced' epoch
         outcome: the position in that list of the order's price
           | 'replayed' serial quantity price store pay_by rules_version seq | 'key_reused'
           | 'invalid' pointer | 'unknown_offer' | 'cart_lane' (ask checkout) | 'sale_over'
           | 'sale_paused' [offer] | 'sale_not_open' opens_at | 'busy' | 'rate_limited' seconds
           | 'limit_reached' limit taken ['holds': unpaid orders | 'orders'; else units]
           | 'sold_out' units_left | 'returning' (lib/shelves) | 'price_changed' total
           | 'unreadable' ]]
--@include lib/prelude
--@include lib/clock
--@include lib/integer
--@include lib/hash_fields
--@include lib/sale_window
--@include lib/offers
--@include lib/shelves
--@include lib/shoppers
--@include lib/outbox
--@include lib/each_item
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end

local INVALID, UNKNOWN = { 'invalid', '/lines/0/quantity' }, { 'unknown_offer' }
local CART_LANE, BUSY, RETURNING = { 'cart_lane' }, { 'busy' }, { 'returning' }
local SEQ, PREV, PLACED = 6, 7, 8 -- their positions in the reply
local BODY_VERSION = 1 -- of the outbox entry

local batch = cmsgpack.unpack(args.batch)
local members = batch.member or {}
local room = integer.argument(args.backlog_limit) - (cell.placed - cell.settled)
local now = clock.now_ms()
local pay_by, seq = now + cell.pay_within, cell.seq + 1
local found = offers.read(keys.offers, keys.stock, batch.offer, {})
shelves.mark(keys.shelves, cell, now, found)
assert(#batch.shopper > 0, 'no items')
local records = redis.call('HMGET', keys.shoppers, hash_fields.SEAL, unpack(batch.shopper))
assert(records[1], 'shoppers is gone')
local open_shoppers, buyers, told, placed = {}, {}, {}, 0
local is_sealed = false

local entry = { at = now, pay_by = pay_by, rules_version = cell.rules_version, serial = {},
  shopper = {}, key = {}, fingerprint = {}, offer = {}, store = {}, quantity = {}, price = {} }

-- An offer that seems unknown or sold out may be one whose hash is gone.
local function unless_gone(refusal)
  if not is_sealed then offers.check_seals(keys.offers, keys.stock) end
  is_sealed = true
  return refusal
end

local function shortage(shopper, offer, name, quantity, expected_total)
  local limit, taken, of = shoppers.over_limit(shopper, name, quantity, offer.terms.limit)
  if limit then return { 'limit_reached', limit, taken, of } end
  local left = offer.units_left - offer.taken
  if left > 0 and offer.is_returning then return RETURNING end
  if left < quantity then return unless_gone({ 'sold_out', left }) end
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
    terms.price, terms.store, pay_by, cell.rules_version, seq })
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
  local shopper = open_shoppers[name] or shoppers.open(records[i + 1])
  open_shoppers[name] = shopper
  local before = shoppers.placed_under(shopper, batch.key[i])
  if before then return shoppers.replay_purchase(before, batch.fingerprint[i]) end
  if not integer.within(quantity, 1, offers.MAX_QUANTITY) then return INVALID end
  local offer = found[batch.offer[i]]
  if not offer.packed then return unless_gone(UNKNOWN) end
  local terms = offers.terms(offer)
  if terms.lane ~= 'flash' then return CART_LANE end
  if room <= placed then return BUSY end
  return sale_window.offer_refusal(cell, now, batch.offer[i], terms, keys.meta, members[i])
    or shoppers.refusal(shopper, cell, now)
    or shortage(shopper, offer, batch.offer[i], quantity, batch.expected_total[i])
    or place(i, shopper, offer, quantity)
end

local reply = { 'batch', now, pay_by, cell.rules_version, cell.restocked, 0, '', 0, told }
each_item.append_outcomes(reply, #batch.serial, outcome)
if placed == 0 then return reply end

-- Everything is checked above; from here on nothing refuses. The outbox entry comes first: it is
-- the only write that Redis may refuse (a key of another type, a number already used), and then
-- nothing is written. The other keys were read.
reply[SEQ], reply[PREV], reply[PLACED] = outbox.append(keys.outbox, keys.meta, cell, BODY_VERSION,
  args.tag, placed, cmsgpack.pack(entry))
offers.take(keys.stock, found)
shoppers.save(keys.shoppers, buyers)
return reply
