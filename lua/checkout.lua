--[[ checkout: sell one cart of any offers and stores, priced by the sale's rules, all or nothing.
  keys   fence meta stock offers shoppers rules pots wallets outbox
  args   order (msgpack { serial, shopper, key, fingerprint, member ('': none), offers, quantities,
         coupons, red_packet (minor units), points, expected_total (minor units, -1: none) }; -1 of
         a balance: all of it), tag (random), backlog_limit (orders)
  reply  'placed' pay_by rules_version seq receipt | 'replayed' serial pay_by rules_version receipt
         | 'price_changed' rules_version receipt | 'fenced' epoch | 'key_reused' | 'busy'
         | 'invalid' pointer or balance | 'unknown_offer' offer | 'sold_out' offer units_left inbox
         | 'sale_over' | 'sale_paused' | 'sale_not_open' opens_at | 'limit_reached' limit taken
         | 'coupon_unavailable' promotion | 'balance_short' balance available
         (receipt: lib/receipts, packed; times in ms) ]]
--@include lib/fence
--@include lib/clock
--@include lib/meta
--@include lib/carts
--@include lib/coupons
--@include lib/tenders
--@include lib/gifts
--@include lib/outbox
local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
local cell, order, now = meta.read(keys.meta), cmsgpack.unpack(args.order), clock.now_ms()
if not cell then return { 'fenced', '' } end
local shopper = shoppers.open(redis.call('HGET', keys.shoppers, order.shopper))
local before = shoppers.placed_under(shopper, order.key)
if before then return receipts.replay(before, order.fingerprint) end
if cell.placed - cell.settled >= integer.argument(args.backlog_limit) then return { 'busy' } end

local cart, unsold = carts.read(order, keys.offers, keys.stock)
refusal = unsold or carts.refusal(cart, cell, now, shopper)
if refusal then return refusal end
local rules, unheld = rules.read(keys.rules, cart.stores, order.coupons, order.member)
local wallet = wallets.open(redis.call('HGET', keys.wallets, order.shopper))
refusal = coupons.refusal(wallet, order.coupons, unheld) or tenders.add(rules, order, wallet)
if refusal then return refusal end
local priced = layers.price(cart, rules, pots.read(keys.pots, rules.pots))
local given = gifts.take(cart, rules, keys.offers, keys.stock)
local receipt = receipts.pack(cart.lines, priced, given)
if order.expected_total ~= -1 and order.expected_total ~= priced.total then
  return { 'price_changed', cell.rules_version, receipt }
end

-- Everything is checked above; from here on nothing refuses. The entry comes first: it is the one
-- write that Redis may refuse, and then nothing is written. The other keys were read.
local pay_by = now + cell.pay_within
local entry = receipts.entry(order, now, pay_by, cell.rules_version, receipt)
local seq = outbox.append(keys.outbox, keys.meta, cell, args.tag, 1, entry)
offers.take(keys.stock, cart.found)
pots.take(keys.pots, priced.taken)
coupons.use(keys.wallets, order.shopper, wallet, priced)
shoppers.add_cart(shopper, order, receipt, pay_by, cell.rules_version)
redis.call('HSET', keys.shoppers, order.shopper, shopper.packed)
return { 'placed', pay_by, cell.rules_version, seq, receipt }
