-- open_records: the terms of offers and the shoppers' wallets and order records that one call of
-- instructions works on. All of them are opened before anything is written: a key of another type
-- raises here, and a record that is not in our layout makes its instruction malformed.
--@include lib/hash_fields
--@include lib/offers
--@include lib/shoppers
--@include lib/wallets
local open_records = {}

-- Positions in the pairs that name orders.
local SHOPPER, SERIAL = 1, 2

-- No record is open yet. Every function below takes what this returns as its first argument.
function open_records.new(offers_key, wallets_key, shoppers_key)
  return { offers_key = offers_key, wallets_key = wallets_key, shoppers_key = shoppers_key,
    offers = {}, wallets = {}, shoppers = {} }
end

-- Notes new terms of an offer. The previous release does not say whether the offer is paused, and
-- no early access: both stay as they are.
function open_records.complete_offer(open, terms)
  if not terms.access then
    local packed = not open.offers[terms.offer] and redis.call('HGET', open.offers_key, terms.offer)
    local before = open.offers[terms.offer] or packed and offers.terms({ packed = packed }) or {}
    terms.paused, terms.access = before.paused or false, before.access or ''
  end
  open.offers[terms.offer] = terms
  return true
end

local function can_open(records, open, key, shopper)
  if type(shopper) ~= 'string' then return false end
  if records[shopper] then return true end
  local is_sound, record = pcall(open, redis.call('HGET', key, shopper))
  if is_sound then records[shopper] = record end
  return is_sound
end

-- Opens a shopper's wallet; false when that cannot be done.
function open_records.has_wallet(open, shopper)
  return can_open(open.wallets, wallets.open, open.wallets_key, shopper)
end

function open_records.add_coupons(open, shopper, promotion, count)
  wallets.add_coupons(open.wallets[shopper], promotion, count)
end

-- Adds points and red packet (minor units) to a wallet.
function open_records.add_balance(open, shopper, points, red_packet)
  local wallet = open.wallets[shopper]
  wallet.points, wallet.red_packet = wallet.points + points, wallet.red_packet + red_packet
end

-- Gives a wallet back what an order took from it.
function open_records.refill(open, shopper, body)
  for _, promotion in ipairs(body.coupons) do
    open_records.add_coupons(open, shopper, promotion, 1)
  end
  open_records.add_balance(open, shopper, body.points, body.red_packet)
end

function open_records.forget_claim(open, shopper, serial)
  wallets.forget_claim(open.wallets[shopper], serial)
end

-- Writes a wallet, or deletes its field when the wallet is empty.
function open_records.save_wallet(open, shopper)
  local packed = wallets.pack(open.wallets[shopper])
  if packed == wallets.EMPTY then redis.call('HDEL', open.wallets_key, shopper)
  else redis.call('HSET', open.wallets_key, shopper, packed) end
end

-- Removes an order from its shopper's record; save_orders writes that. False when the record cannot
-- be read.
function open_records.forget_order(open, shopper, serial)
  return can_open(open.shoppers, shoppers.open, open.shoppers_key, shopper)
    and pcall(shoppers.forget, open.shoppers[shopper], serial)
end

-- Writes a shopper's orders, or deletes the field when there are none.
function open_records.save_orders(open, shopper)
  local rest = open.shoppers[shopper].packed
  if rest == '' then redis.call('HDEL', open.shoppers_key, shopper)
  else redis.call('HSET', open.shoppers_key, shopper, rest) end
end

-- Opens the records of many shoppers with one read. orders: pairs of shopper and serial.
function open_records.have_orders(open, orders)
  local missing = {}
  for _, order in ipairs(orders) do
    if not open.shoppers[order[SHOPPER]] then missing[#missing + 1] = order[SHOPPER] end
  end
  if #missing == 0 then return true end
  for i, record in ipairs(redis.call('HMGET', open.shoppers_key, unpack(missing))) do
    local is_sound, shopper = pcall(shoppers.open, record)
    if not is_sound then return false end
    open.shoppers[missing[i]] = open.shoppers[missing[i]] or shopper
  end
  return true
end

local function packed(shopper) return shopper.packed end

-- Notes what became of orders, all in one command. A shopper without a record has nothing to note.
function open_records.mark_orders(open, orders, mark, at)
  local marked = {}
  for _, order in ipairs(orders) do
    local shopper = open.shoppers[order[SHOPPER]]
    if shopper.packed ~= '' then
      shoppers.mark(shopper, order[SERIAL], mark, at)
      marked[order[SHOPPER]] = shopper
    end
  end
  hash_fields.set(open.shoppers_key, marked, packed)
end
