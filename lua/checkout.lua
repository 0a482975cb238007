--[[ checkout: sells a batch of carts, in order. A cart holds any offers of any stores; the sale's
  rules price it, and it is sold whole or not at all. Later carts see what earlier ones took. A bad
  cart or a bad record refuses that cart only.
  keys   fence meta stock shelves offers shoppers rules pots wallets outbox
  args   orders (msgpack list, at most 32, of { serial, shopper, key, fingerprint, member ('':
           none), offers, quantities, coupons, red_packet (minor units), points, expected_total
           (minor units, -1: none) }; red_packet or points -1: the whole balance)
         tag (random, for the outbox entry)
         backlog_limit (orders that may wait for the ledger)
  reply  'batch' at pay_by rules_version restocked seq prev placed outcome...
           times in ms; seq, prev, placed: the entry's number, the tag before it, and orders and
           claims of the epoch up to it (0, '', 0: nothing was placed)
         | 'fenced' epoch
         outcome: the receipt, packed (lib/receipts); amounts in minor units
           | 'replayed' serial pay_by rules_version receipt seq | 'price_changed' receipt
           | 'key_reused' | 'busy' | 'invalid' pointer or balance | 'unknown_offer' offer
           | 'sold_out' offer units_left | 'returning' offer (lib/shelves)
           | 'limit_reached' limit taken ['holds' | 'orders' | false offer]
           | 'sale_over' | 'rate_limited' seconds | 'sale_paused' [offer]
           | 'sale_not_open' opens_at
           | 'coupon_unavailable' promotion
           | 'balance_short' balance available | 'unreadable' ]]
--@include lib/prelude
--@include lib/clock
--@include lib/integer
--@include lib/hash_fields
--@include lib/offers
--@include lib/shelves
--@include lib/shoppers
--@include lib/wallets
--@include lib/pots
--@include lib/pricing/carts
--@include lib/pricing/rules
--@include lib/pricing/coupons
--@include lib/pricing/tenders
--@include lib/pricing/price_cart
--@include lib/pricing/gifts
--@include lib/receipts
--@include lib/pricing/cart_entries
--@include lib/outbox
--@include lib/each_item
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end

local BUSY = { 'busy' }
local SEQ, PREV, PLACED = 6, 7, 8 -- their positions in the reply
local BODY_VERSION = 2 -- of the outbox entry

local orders = cmsgpack.unpack(args.orders)
local room = integer.argument(args.backlog_limit) - (cell.placed - cell.settled)
local now = clock.now_ms()
local pay_by, seq = now + cell.pay_within, cell.seq + 1
local offered, names = {}, {}
for i, order in ipairs(orders) do
  names[i] = order.shopper
  for _, offer in ipairs(order.offers) do offered[#offered + 1] = offer end
end
local found = offers.read(keys.offers, keys.stock, offered, {})
shelves.mark(keys.shelves, cell, now, found)
assert(#names > 0, 'no carts')
local records = redis.call('HMGET', keys.shoppers, hash_fields.SEAL, unpack(names))
local purses = redis.call('HMGET', keys.wallets, hash_fields.SEAL, unpack(names))
assert(records[1], 'shoppers is gone')
assert(purses[1], 'wallets is gone')
local open_shoppers, open_wallets, buyers, payers = {}, {}, {}, {}
local known, left, taken, sold = {}, {}, {}, {}

local function place(order, cart, shopper, wallet, priced, receipt)
  for offer, units in pairs(cart.demand) do found[offer].taken = found[offer].taken + units end
  for pot, amount in pairs(priced.taken) do pots.spend(left, taken, pot, amount) end
  if coupons.use(wallet, priced) then payers[order.shopper] = wallet end
  shoppers.add_cart(shopper, order, receipt, pay_by, cell.rules_version, seq)
  buyers[order.shopper] = shopper
  sold[#sold + 1] = cart_entries.cart(order, receipt)
  return receipt
end

local function check_out(order, shopper, wallet)
  local cart, unsold = carts.read(order, found)
  local no = unsold or carts.refusal(cart, found, cell, now, shopper, keys.meta, order.member)
  -- An offer that seems unknown or sold out may be one whose hash is gone.
  if no then
    offers.check_seals(keys.offers, keys.stock)
    return no
  end
  local read, unheld = rules.read(keys.rules, known, cart.stores, order.coupons, order.member)
  no = coupons.refusal(wallet, order.coupons, unheld) or tenders.add(read, order, wallet)
  if no then return no end
  if #read.pots > 0 then hash_fields.check_seal(keys.pots, 'pots') end
  local priced = price_cart.price(cart, read, pots.read(keys.pots, read.pots, left))
  local given = gifts.take(cart, read, found, keys.offers, keys.stock)
  local receipt = receipts.pack(cart.lines, priced, given)
  if order.expected_total ~= -1 and order.expected_total ~= priced.total then
    return { 'price_changed', receipt }
  end
  return place(order, cart, shopper, wallet, priced, receipt)
end

local function outcome(i)
  local order, name = orders[i], names[i]
  local shopper = open_shoppers[name] or shoppers.open(records[i + 1])
  open_shoppers[name] = shopper
  local before = shoppers.placed_under(shopper, order.key)
  if before then return shoppers.replay_cart(before, order.fingerprint) end
  if room <= #sold then return BUSY end
  open_wallets[name] = open_wallets[name] or wallets.open(purses[i + 1])
  return check_out(order, shopper, open_wallets[name])
end

local reply = { 'batch', now, pay_by, cell.rules_version, cell.restocked, 0, '', 0 }
each_item.append_outcomes(reply, #orders, outcome)
if #sold == 0 then return reply end

-- Everything is checked above; from here on nothing refuses. The outbox entry comes first: it is
-- the only write that Redis may refuse, and then nothing is written. The other keys were read.
local entry = cart_entries.body(now, pay_by, cell.rules_version, sold)
reply[SEQ], reply[PREV], reply[PLACED] = outbox.append(keys.outbox, keys.meta, cell, BODY_VERSION,
  args.tag, #sold, entry)
offers.take(keys.stock, found)
pots.take(keys.pots, taken, left)
wallets.save(keys.wallets, payers)
shoppers.save(keys.shoppers, buyers)
return reply
