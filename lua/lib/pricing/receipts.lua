-- A receipt: msgpack { lines, gifts, applied, out_of_gifts, points_used } with
--   lines   offer, store, quantity, price (minor units), offer ... flat
--   gifts   offer, store, quantity, offer ... flat
--   applied { promotion, layer, basis, discount, forfeited, funder, budget ('': none), is_coupon,
--             shares (one a line) } ..., in the order they applied; amounts in minor units
--   out_of_gifts promotions whose gift was not there; points_used: whole points
-- src/domain/receipt.ts reads and writes the same.
local receipts = {}

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

-- Units of an offer that an order bought; gifts count to no limit.
function receipts.units(receipt, offer)
  local lines, units = receipt[1], 0
  for i = 1, #lines, LINE_WIDTH do
    if lines[i] == offer then units = units + lines[i + 2] end
  end
  return units
end

-- The answer to an order placed before under the same key (lib/shoppers' layout): the same again.
function receipts.replay(order, fingerprint)
  if order[2] ~= fingerprint then return { 'key_reused' } end
  local receipt = order[7]
  if type(receipt) ~= 'table' then
    receipt = { { order[4], order[7], order[5], order[6] }, {}, {}, {}, 0 }
  end
  return { 'replayed', order[3], order[8], order[9], cmsgpack.pack(receipt) }
end

-- One cart of an entry, its receipt packed already: { serial, shopper, key, fingerprint, receipt }.
function receipts.cart(order, receipt)
  local head = cmsgpack.pack(order.serial, order.shopper, order.key, order.fingerprint)
  return '\149' .. head .. receipt
end

-- The body of an entry of carts, packed each: { carts = { at, pay_by, rules_version, carts } }
-- (src/domain/outbox-entry.ts; times in ms). '\129': a map of one, '\148': a list of four, '\220':
-- a list whose length follows in two bytes.
function receipts.entry(at, pay_by, rules_version, carts)
  local head = cmsgpack.pack(at, pay_by, rules_version)
  return table.concat({ '\129', cmsgpack.pack('carts'), '\148', head,
    '\220\0', string.char(#carts), table.concat(carts) })
end
