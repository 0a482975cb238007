-- shoppers: field shopper -> one msgpack array an order, one after another:
-- { key, fingerprint, serial, offer, quantity, price, store, pay_by, rules_version }; a cart has
-- { key, fingerprint, serial, '', 0, 0, receipt, pay_by, rules_version } (lib/receipts). What
-- became of an order follows as { serial, mark, at (ms) }, mark 1 expired, 2 cancelled, 3 paid: its
-- key goes on giving the same answer.
-- An order is appended as bytes, and the bytes are unpacked only when they may matter: every copy
-- of a string costs its length. The layout is also that of
-- src/cell/selling/shopper-record.ts.
--@include lib/hash_fields
--@include lib/pricing/receipts
local shoppers = {}

local MAX_ORDERS = 64
local ARRAY_OF_9 = 0x99
-- No order packs to less, so a shorter record holds fewer orders than this many times; nor a mark.
local ORDER_BYTES, MARK_BYTES = 45, 27
local EXPIRED, CANCELLED = 1, 2

-- What a call works on; raises when the record is none of ours.
function shoppers.open(record)
  if record then assert(string.byte(record) == ARRAY_OF_9, 'not a shopper record') end
  return { packed = record or '' }
end

-- The orders, oldest first, and their marks by serial.
local function orders(shopper)
  if not shopper.orders then
    local placed, marks = {}, {}
    for _, one in ipairs({ cmsgpack.unpack(shopper.packed) }) do
      if #one == 9 then placed[#placed + 1] = one else marks[one[1]] = one end
    end
    shopper.orders, shopper.marks = placed, marks
  end
  return shopper.orders, shopper.marks
end

-- The order placed under this key before, or nil.
function shoppers.placed_under(shopper, key)
  if not string.find(shopper.packed, key, 1, true) then return nil end
  for _, order in ipairs(orders(shopper)) do
    if order[1] == key then return order end
  end
  return nil
end

-- What expired or was cancelled counts no more.
local function units_of(order, offer, mark)
  if mark and (mark[2] == EXPIRED or mark[2] == CANCELLED) then return 0 end
  if order[4] == offer then return order[5] end
  return type(order[7]) == 'table' and receipts.units(order[7], offer) or 0
end

-- limit and what is taken of it, when units more of an offer would pass it (0: none), and 'orders'
-- when it is the sale's own of orders; else nil.
function shoppers.over_limit(shopper, offer, units, limit)
  local may_have_most = #shopper.packed >= MAX_ORDERS * ORDER_BYTES
  if limit == 0 and not may_have_most then return nil end
  local placed, marks = orders(shopper)
  local taken = 0
  if #placed >= MAX_ORDERS then return MAX_ORDERS, #placed, 'orders' end
  for _, order in ipairs(placed) do
    taken = taken + units_of(order, offer, marks[order[3]])
  end
  if limit > 0 and taken + units > limit then return limit, taken end
  return nil
end

-- limit and how many orders are unpaid, when one more would pass the limit; else nil.
local function over_holds(shopper, limit)
  if limit >= MAX_ORDERS or #shopper.packed < limit * ORDER_BYTES then return nil end
  local placed, marks = orders(shopper)
  local holds = 0
  for _, order in ipairs(placed) do
    if not marks[order[3]] then holds = holds + 1 end
  end
  if holds >= limit then return limit, holds end
end

-- Seconds to wait, when so many orders (after) expired unpaid, the last less than a span (ms) ago.
local function cooldown(shopper, after, span, now)
  if #shopper.packed < after * (ORDER_BYTES + MARK_BYTES) then return nil end
  local _, marks = orders(shopper)
  local expired, last = 0, 0
  for _, mark in pairs(marks) do
    if mark[2] == EXPIRED then
      expired, last = expired + 1, math.max(last, mark[3])
    end
  end
  if expired >= after and now < last + span then return math.ceil((last + span - now) / 1000) end
end

-- A refusal while the shopper has as many unpaid orders as it may, or let too many expire; or nil.
function shoppers.refusal(shopper, cell, now)
  local limit, holds = over_holds(shopper, cell.hold_limit)
  if limit then return { 'limit_reached', limit, holds, 'holds' } end
  local seconds = cooldown(shopper, cell.cooldown_after, cell.cooldown, now)
  return seconds and { 'rate_limited', seconds }
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
  hash_fields.set(key, buyers, function(shopper) return shopper.packed end)
end

-- Notes what became of a settled order.
function shoppers.mark(shopper, serial, mark, at)
  shopper.packed, shopper.orders = shopper.packed .. cmsgpack.pack({ serial, mark, at }), nil
end

-- Forgets one order that never settled: its units no longer count, and its key is free.
function shoppers.forget(shopper, serial)
  local kept = {}
  local placed, marks = orders(shopper)
  for _, order in ipairs(placed) do
    if order[3] ~= serial then kept[#kept + 1] = cmsgpack.pack(order) end
  end
  for _, mark in pairs(marks) do kept[#kept + 1] = cmsgpack.pack(mark) end
  shopper.packed, shopper.orders = table.concat(kept), nil
end
