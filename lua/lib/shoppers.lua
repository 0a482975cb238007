-- shoppers: field shopper -> the shopper's orders, oldest first, as msgpack arrays one after
-- another. The layout is also that of src/cell/selling/shopper-record.ts:
--   order  [key, fingerprint, serial, offer, quantity, price (minor units), store, pay_by (ms),
--          rules_version, seq (of the order's outbox entry; 0: the ledger had it when this epoch
--          was opened)]
--   cart   the same with offer '', quantity 0, price 0, and its receipt (lib/receipts) in
--          the place of the store
--   mark   [serial, mark, at (ms)]: what became of an order; the order stays, because its key must
--          keep giving the same answer
-- A new order is appended as bytes. The bytes are unpacked only when their content may matter:
-- every copy of a string costs its length.
--@include lib/hash_fields
--@include lib/receipts
local shoppers = {}

-- Positions in an order, and in a mark. A function that needs most of an order unpacks it into
-- names instead: each position that a function refers to costs every call a little.
local KEY, SERIAL, OFFER, QUANTITY, RECEIPT, ORDER_WIDTH = 1, 3, 4, 5, 7, 10
local MARKED_SERIAL, MARK, MARKED_AT = 1, 2, 3

local EXPIRED, CANCELLED = 1, 2
local MAX_ORDERS = 64
local ARRAY_OF_10 = 0x9a
-- The fewest bytes of an order and of a mark: a record's length bounds how many it can hold.
local ORDER_BYTES, MARK_BYTES = 46, 27

-- Opens a stored record for a call to work on. Raises when the record does not begin with an order.
function shoppers.open(record)
  if record then assert(string.byte(record) == ARRAY_OF_10, 'not a shopper record') end
  return { packed = record or '' }
end

-- The orders, oldest first, and their marks by serial.
local function orders(shopper)
  if not shopper.orders then
    local placed, marks = {}, {}
    for _, one in ipairs({ cmsgpack.unpack(shopper.packed) }) do
      if #one == ORDER_WIDTH then placed[#placed + 1] = one
      else marks[one[MARKED_SERIAL]] = one end
    end
    shopper.orders, shopper.marks = placed, marks
  end
  return shopper.orders, shopper.marks
end

-- The order placed under this key before, or nil.
function shoppers.placed_under(shopper, key)
  if not string.find(shopper.packed, key, 1, true) then return nil end
  for _, order in ipairs(orders(shopper)) do
    if order[KEY] == key then return order end
  end
  return nil
end

-- The answer of `purchase` to an order placed under the same key before: the first answer again,
-- and the number of its entry.
function shoppers.replay_purchase(order, fingerprint)
  local _, placed_with, serial, _, quantity, price, store, pay_by, rules_version, seq =
    unpack(order)
  if placed_with ~= fingerprint then return { 'key_reused' } end
  if type(store) == 'table' then return { 'cart_lane' } end
  return { 'replayed', serial, quantity, price, store, pay_by, rules_version, seq }
end

-- The answer of `checkout` to the same. A single-offer order gets a receipt too.
function shoppers.replay_cart(order, fingerprint)
  local _, placed_with, serial, offer, quantity, price, receipt, pay_by, rules_version, seq =
    unpack(order)
  if placed_with ~= fingerprint then return { 'key_reused' } end
  if type(receipt) ~= 'table' then
    receipt = receipts.of_line(offer, receipt, quantity, price)
  end
  return { 'replayed', serial, pay_by, rules_version, cmsgpack.pack(receipt), seq }
end

-- Units of an offer that count towards its limit. Expired and cancelled orders do not count.
local function units_of(order, offer, mark)
  if mark and (mark[MARK] == EXPIRED or mark[MARK] == CANCELLED) then return 0 end
  if order[OFFER] == offer then return order[QUANTITY] end
  return type(order[RECEIPT]) == 'table' and receipts.units(order[RECEIPT], offer) or 0
end

-- nil when the shopper may order these units of an offer. Otherwise a limit and how much of it is
-- taken: the offer's limit (units, 0: none) or, with a third value 'orders', the number of orders
-- that a record holds.
function shoppers.over_limit(shopper, offer, units, limit)
  local may_have_most = #shopper.packed >= MAX_ORDERS * ORDER_BYTES
  if limit == 0 and not may_have_most then return nil end
  local placed, marks = orders(shopper)
  local taken = 0
  if #placed >= MAX_ORDERS then return MAX_ORDERS, #placed, 'orders' end
  for _, order in ipairs(placed) do
    taken = taken + units_of(order, offer, marks[order[SERIAL]])
  end
  if limit > 0 and taken + units > limit then return limit, taken end
  return nil
end

-- nil when the shopper may have one more unpaid order, otherwise the limit and how many there are.
local function over_holds(shopper, limit)
  if limit >= MAX_ORDERS or #shopper.packed < limit * ORDER_BYTES then return nil end
  local placed, marks = orders(shopper)
  local holds = 0
  for _, order in ipairs(placed) do
    if not marks[order[SERIAL]] then holds = holds + 1 end
  end
  if holds >= limit then return limit, holds end
end

-- Seconds that the shopper has to wait, or nil. A wait of `span` ms begins when an order expires
-- and at least `after` orders have expired.
local function cooldown(shopper, after, span, now)
  if #shopper.packed < after * (ORDER_BYTES + MARK_BYTES) then return nil end
  local _, marks = orders(shopper)
  local expired, last = 0, 0
  for _, mark in pairs(marks) do
    if mark[MARK] == EXPIRED then
      expired, last = expired + 1, math.max(last, mark[MARKED_AT])
    end
  end
  if expired >= after and now < last + span then return math.ceil((last + span - now) / 1000) end
end

-- A refusal when the shopper has too many unpaid orders or has let too many expire; else nil.
function shoppers.refusal(shopper, cell, now)
  local limit, holds = over_holds(shopper, cell.hold_limit)
  if limit then return { 'limit_reached', limit, holds, 'holds' } end
  local seconds = cooldown(shopper, cell.cooldown_after, cell.cooldown, now)
  return seconds and { 'rate_limited', seconds }
end

-- Appends a single-offer order, given as an array in the layout above.
function shoppers.add(shopper, order)
  shopper.packed, shopper.orders = shopper.packed .. cmsgpack.pack(order), nil
end

-- Appends a cart. Its receipt is packed already.
function shoppers.add_cart(shopper, order, receipt, pay_by, rules_version, seq)
  shopper.packed = table.concat({ shopper.packed, string.char(ARRAY_OF_10),
    cmsgpack.pack(order.key, order.fingerprint, order.serial, '', 0, 0), receipt,
    cmsgpack.pack(pay_by, rules_version, seq) })
  shopper.orders = nil
end

-- Writes the records of shoppers by name, all in one command.
function shoppers.save(key, buyers)
  hash_fields.set(key, buyers, function(shopper) return shopper.packed end)
end

-- Notes what became of a settled order.
function shoppers.mark(shopper, serial, mark, at)
  shopper.packed, shopper.orders = shopper.packed .. cmsgpack.pack({ serial, mark, at }), nil
end

-- Removes an order that never settled: its units do not count any more, and its key is free.
function shoppers.forget(shopper, serial)
  local kept = {}
  local placed, marks = orders(shopper)
  for _, order in ipairs(placed) do
    if order[SERIAL] ~= serial then kept[#kept + 1] = cmsgpack.pack(order) end
  end
  for _, mark in pairs(marks) do kept[#kept + 1] = cmsgpack.pack(mark) end
  shopper.packed, shopper.orders = table.concat(kept), nil
end
