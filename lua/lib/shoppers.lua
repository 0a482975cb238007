-- shoppers: field shopper -> msgpack stream: { orders, { offer -> units } }, then one array an
-- order: { key, fingerprint, serial, offer, quantity, price, store, pay_by, rules_version }.
-- Orders are appended as bytes, so a record is never unpacked whole to add one.
-- src/cell/shopper-record.ts writes and reads the same layout.
local shoppers = {}

local MAX_ORDERS = 64

-- What a call works on: counts, the bytes of the orders so far, and the orders it adds.
-- Raises when the record cannot be read.
function shoppers.open(record)
  if not record then return { orders = 0, units = {}, tail = '', added = {}, packed = {} } end
  local offset, head = cmsgpack.unpack_one(record, 0)
  local tail = offset == -1 and '' or string.sub(record, offset + 1)
  return { orders = head[1], units = head[2], tail = tail, added = {}, packed = {} }
end

-- The order placed under this key before, or nil.
function shoppers.placed_under(shopper, key)
  if shopper.added[key] then return shopper.added[key] end
  if not string.find(shopper.tail, key, 1, true) then return nil end
  for _, order in ipairs({ cmsgpack.unpack(shopper.tail) }) do
    if order[1] == key then return order end
  end
  return nil
end

-- 'limit', 'taken' when units more would pass a limit (0: none), else nil.
function shoppers.over_limit(shopper, offer, units, limit)
  local taken = shopper.units[offer] or 0
  if shopper.orders >= MAX_ORDERS then return MAX_ORDERS, shopper.orders end
  if limit > 0 and taken + units > limit then return limit, taken end
  return nil
end

function shoppers.add(shopper, order)
  local key, offer, quantity = order[1], order[4], order[5]
  shopper.orders = shopper.orders + 1
  shopper.units[offer] = (shopper.units[offer] or 0) + quantity
  shopper.added[key] = order
  shopper.packed[#shopper.packed + 1] = cmsgpack.pack(order)
end

-- Forgets the order of a key: its count, its units and the key itself.
function shoppers.forget(shopper, key, offer, units)
  local kept = {}
  for _, order in ipairs({ cmsgpack.unpack(shopper.tail) }) do
    if order[1] ~= key then kept[#kept + 1] = cmsgpack.pack(order) end
  end
  shopper.tail = table.concat(kept)
  shopper.orders = shopper.orders - 1
  shopper.units[offer] = (shopper.units[offer] or 0) - units
end

function shoppers.pack(shopper)
  return cmsgpack.pack({ shopper.orders, shopper.units }) .. shopper.tail
    .. table.concat(shopper.packed)
end
