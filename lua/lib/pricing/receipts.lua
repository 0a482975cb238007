-- receipts: what a cart bought and how it was priced, and carts as the outbox carries them.
-- A receipt: msgpack [lines, gifts, applied, out_of_gifts, points_used], amounts in minor units
--   lines         flat rows of offer, store, quantity, price
--   gifts         flat rows of offer, store, quantity
--   applied       a list, in the order of application, of [promotion, layer, basis, discount,
--                 forfeited, funder, budget ('': none), is_coupon, shares (one for each line)]
--   out_of_gifts  promotions whose gift was out of stock
--   points_used   whole points
-- src/domain/receipt.ts reads and writes the same layout.
local receipts = {}

-- The position of the lines in a receipt; how far a line's quantity stands behind its offer.
local LINES, QUANTITY = 1, 2
local LINE_WIDTH = 4

function receipts.pack(lines, priced, gifts)
  local flat, n = {}, 0
  for _, line in ipairs(lines) do
    flat[n + 1], flat[n + 2] = line.offer, line.store
    flat[n + 3], flat[n + 4] = line.quantity, line.price
    n = n + LINE_WIDTH
  end
  return cmsgpack.pack({ flat, gifts.given, priced.applied, gifts.out_of, priced.points_used })
end

-- The receipt, not packed, of an order of one line without promotions.
function receipts.of_line(offer, store, quantity, price)
  return { { offer, store, quantity, price }, {}, {}, {}, 0 }
end

-- Units of an offer in the lines of a receipt. Gifts do not count: no limit concerns them.
function receipts.units(receipt, offer)
  local lines, units = receipt[LINES], 0
  for i = 1, #lines, LINE_WIDTH do
    if lines[i] == offer then units = units + lines[i + QUANTITY] end
  end
  return units
end

-- One cart of an outbox entry: [serial, shopper, key, fingerprint, receipt]. The receipt is packed
-- already; '\149' begins an array of five.
function receipts.cart(order, receipt)
  local head = cmsgpack.pack(order.serial, order.shopper, order.key, order.fingerprint)
  return '\149' .. head .. receipt
end

-- The body of an outbox entry, { carts = [at, pay_by, rules_version, [cart, ...]] } with each cart
-- packed already; times in ms (src/domain/outbox-entry.ts). '\129' begins a map of one field,
-- '\148' an array of four, '\220' an array whose length follows in two bytes.
function receipts.entry(at, pay_by, rules_version, carts)
  local head = cmsgpack.pack(at, pay_by, rules_version)
  return table.concat({ '\129', cmsgpack.pack('carts'), '\148', head,
    '\220\0', string.char(#carts), table.concat(carts) })
end
