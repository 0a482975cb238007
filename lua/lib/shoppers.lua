-- shoppers: field shopper -> one msgpack array an order, one after another:
-- { key, fingerprint, serial, offer, quantity, price, store, pay_by, rules_version }; a cart has
-- { key, fingerprint, serial, '', 0, 0, receipt, pay_by, rules_version } (lib/receipts).
-- An order is appended as bytes, and the bytes are unpacked only when they may matter: every copy
-- of a string costs its length. src/cell/shopper-record.ts writes and reads the same layout.
--@include lib/hashes
--@include lib/receipts
local shoppers = {}

local MAX_ORDERS = 64
local ARRAY_OF_9 = 0x99
-- No order packs to less, so a shorter record holds fewer orders than this many times.
local ORDER_BYTES = 45

-- What a call works on; raises when the record is none of ours.
function shoppers.open(record)
  if record then assert(string.byte(record) == ARRAY_OF_9, 'not a shopper record') end
  return { packed = record or '' }
end

local function orders(shopper)
  shopper.orders = shopper.orders or { cmsgpack.unpack(shopper.packed) }
  return shopper.orders
end

-- The order placed under this key before, or nil.
function shoppers.placed_under(shopper, key)
  if not string.find(shopper.packed, key, 1, true) then return nil end
  for _, order in ipairs(orders(shopper)) do
    if order[1] == key then return order end
  end
  return nil
end

local function units_of(order, offer)
  if order[4] == offer then return order[5] end
  return type(order[7]) == 'table' and receipts.units(order[7], offer) or 0
end

-- limit and what is taken of it, when units more of an offer would pass it (0: none); else nil.
function shoppers.over_limit(shopper, offer, units, limit)
  local may_have_most = #shopper.packed >= MAX_ORDERS * ORDER_BYTES
  if limit == 0 and not may_have_most then return nil end
  local placed, taken = orders(shopper), 0
  if #placed >= MAX_ORDERS then return MAX_ORDERS, #placed end
  for _, order in ipairs(placed) do taken = taken + units_of(order, offer) end
  if limit > 0 and taken + units > limit then return limit, taken end
  return nil
end

function shoppers.add(shopper, order)
  shopper.packed, shopper.orders = shopper.packed .. cmsgpack.pack(order), nil
end

-- A cart, its receipt packed already.
function shoppers.add_cart(shopper, order, receipt, pay_by, rules_version)
  shopper.packed = table.concat({ shopper.packed, string.char(ARRAY_OF_9),
    cmsgpack.pack(order.key, order.fingerprint, order.serial, '', 0, 0), receipt,
    cmsgpack.pack(pay_by, rules_version) })
  shopper.orders = nil
end

-- Writes the records of shoppers by name, all in one command.
function shoppers.save(key, buyers)
  hashes.set(key, buyers, function(shopper) return shopper.packed end)
end

-- Forgets one order: its units no longer count, and its key is free.
function shoppers.forget(shopper, serial)
  local kept = {}
  for _, order in ipairs(orders(shopper)) do
    if order[3] ~= serial then kept[#kept + 1] = cmsgpack.pack(order) end
  end
  shopper.packed, shopper.orders = table.concat(kept), nil
end
