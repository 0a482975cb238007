-- cart_entries: carts as an outbox entry carries them (src/domain/outbox-entry.ts).
local cart_entries = {}

-- One cart of an outbox entry: [serial, shopper, key, fingerprint, receipt]. The receipt is packed
-- already; '\149' begins an array of five.
function cart_entries.cart(order, receipt)
  local head = cmsgpack.pack(order.serial, order.shopper, order.key, order.fingerprint)
  return '\149' .. head .. receipt
end

-- The body of an outbox entry, { carts = [at, pay_by, rules_version, [cart, ...]] } with each cart
-- packed already; times in ms (src/domain/outbox-entry.ts). '\129' begins a map of one field,
-- '\148' an array of four, '\220' an array whose length follows in two bytes.
function cart_entries.body(at, pay_by, rules_version, carts)
  local head = cmsgpack.pack(at, pay_by, rules_version)
  return table.concat({ '\129', cmsgpack.pack('carts'), '\148', head,
    '\220\0', string.char(#carts), table.concat(carts) })
end
