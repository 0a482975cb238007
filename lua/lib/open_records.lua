-- open_records: the shoppers' wallets and order records that one call of instructions works on.
-- All of them are opened before anything is written: a key of another type raises here, and a
-- record that is not in our layout makes its instruction malformed.
--@include lib/hash_fields
--@include lib/shoppers
--@include lib/wallets
local open_records = {}

local wallet_of, orders_of = {}, {}

local function is_opened(opened, open, key, shopper)
  if type(shopper) ~= 'string' then return false end
  if opened[shopper] then return true end
  local is_ours, record = pcall(open, redis.call('HGET', key, shopper))
  if is_ours then opened[shopper] = record end
  return is_ours
end

function open_records.has_wallet(shopper)
  return is_opened(wallet_of, wallets.open, keys.wallets, shopper)
end

function open_records.add_coupons(shopper, promotion, count)
  wallets.add_coupons(wallet_of[shopper], promotion, count)
end

-- Points and red packet (minor units) rise.
function open_records.add_balance(shopper, points, red_packet)
  local wallet = wallet_of[shopper]
  wallet.points, wallet.red_packet = wallet.points + points, wallet.red_packet + red_packet
end

-- What an order took of a wallet goes back to it.
function open_records.refill(shopper, body)
  for _, promotion in ipairs(body.coupons) do open_records.add_coupons(shopper, promotion, 1) end
  open_records.add_balance(shopper, body.points, body.red_packet)
end

function open_records.forget_claim(shopper, serial)
  wallets.forget_claim(wallet_of[shopper], serial)
end

function open_records.save_wallet(shopper)
  local packed = wallets.pack(wallet_of[shopper])
  if packed == wallets.EMPTY then redis.call('HDEL', keys.wallets, shopper)
  else redis.call('HSET', keys.wallets, shopper, packed) end
end

-- The order is gone from then on, but written only by save_orders.
function open_records.forget_order(shopper, serial)
  return is_opened(orders_of, shoppers.open, keys.shoppers, shopper)
    and pcall(shoppers.forget, orders_of[shopper], serial)
end

function open_records.save_orders(shopper)
  local rest = orders_of[shopper].packed
  if rest == '' then redis.call('HDEL', keys.shoppers, shopper)
  else redis.call('HSET', keys.shoppers, shopper, rest) end
end

-- Opens the orders of many shoppers, named by pairs of shopper and serial, with one read.
function open_records.have_orders(named)
  local missing = {}
  for _, pair in ipairs(named) do
    if not orders_of[pair[1]] then missing[#missing + 1] = pair[1] end
  end
  if #missing == 0 then return true end
  for i, record in ipairs(redis.call('HMGET', keys.shoppers, unpack(missing))) do
    local is_ours, opened = pcall(shoppers.open, record)
    if not is_ours then return false end
    orders_of[missing[i]] = orders_of[missing[i]] or opened
  end
  return true
end

local function packed(shopper) return shopper.packed end

-- Notes what became of orders, all in one command; a shopper without a record has nothing to note.
function open_records.mark_orders(named, mark, at)
  local marked = {}
  for _, pair in ipairs(named) do
    local shopper = orders_of[pair[1]]
    if shopper.packed ~= '' then
      shoppers.mark(shopper, pair[2], mark, at)
      marked[pair[1]] = shopper
    end
  end
  hash_fields.set(keys.shoppers, marked, packed)
end
