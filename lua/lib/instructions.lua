-- instructions: what each kind of instruction asks of its body before anything is written, and what
-- it does (src/domain/instruction.ts has the fields). Redis refuses to write to a key of another
-- type and to add to what is no integer: that is asked while an error still writes nothing.
--@include lib/integer
--@include lib/offers
--@include lib/shoppers
--@include lib/wallets
local instructions = {}

local MAX = 999999999999999
local STATES = { open = true, paused = true, closed = true }

local function whole(...)
  return integer.are_within(0, MAX, ...)
end

local function is_text(value) return type(value) == 'string' end

local function is_counted(key, field)
  if not is_text(field) then return false end
  return assert(integer.counter(redis.call('HGET', key, field)), 'no integer')
end

local function are_counted(key, list)
  if type(list) ~= 'table' then return false end
  for _, pair in ipairs(list) do
    if type(pair) ~= 'table' or not whole(pair[2]) or not is_counted(key, pair[1]) then
      return false
    end
  end
  return true
end

local function add(key, list)
  for _, pair in ipairs(list) do redis.call('HINCRBY', key, pair[1], pair[2]) end
end

local function are_texts(list)
  if type(list) ~= 'table' then return false end
  for _, value in ipairs(list) do
    if not is_text(value) then return false end
  end
  return true
end

-- Wallets, and orders of shoppers, as this call leaves them. What Redis refuses to read raises; a
-- record of another hand is no sound one.
local wallet_of, orders_of = {}, {}

local function is_opened(opened, open, key, shopper)
  if not is_text(shopper) then return false end
  if opened[shopper] then return true end
  local is_ours, record = pcall(open, redis.call('HGET', key, shopper))
  if is_ours then opened[shopper] = record end
  return is_ours
end

local function has_wallet(shopper)
  return is_opened(wallet_of, wallets.open, keys.wallets, shopper)
end

local function have_wallets(shoppers_named)
  if not are_texts(shoppers_named) then return false end
  for _, shopper in ipairs(shoppers_named) do
    if not has_wallet(shopper) then return false end
  end
  return true
end

-- The order is gone from then on, but written only by save_orders.
local function forget_order(shopper, serial)
  return is_opened(orders_of, shoppers.open, keys.shoppers, shopper)
    and pcall(shoppers.forget, orders_of[shopper], serial)
end

local function save_wallet(shopper)
  local packed = wallets.pack(wallet_of[shopper])
  if packed == wallets.EMPTY then redis.call('HDEL', keys.wallets, shopper)
  else redis.call('HSET', keys.wallets, shopper, packed) end
end

local function save_orders(shopper)
  local rest = orders_of[shopper].packed
  if rest == '' then redis.call('HDEL', keys.shoppers, shopper)
  else redis.call('HSET', keys.shoppers, shopper, rest) end
end

-- Pairs of a name and what it stands for, the layers among them: no cart is priced without.
local function are_rules(fields)
  if type(fields) ~= 'table' then return false end
  local has_layers = false
  for _, field in ipairs(fields) do
    if type(field) ~= 'table' or not is_text(field[1]) or type(field[2]) ~= 'table' then
      return false
    end
    has_layers = has_layers or field[1] == 'layers'
  end
  return has_layers
end

instructions.kinds = {
  units = {
    is_sound = function(b) return whole(b.units) and is_counted(keys.stock, b.offer) end,
    apply = function(b) redis.call('HINCRBY', keys.stock, b.offer, b.units) end,
  },
  offer = {
    is_sound = function(b)
      return is_text(b.offer) and is_text(b.store) and is_text(b.lane)
        and whole(b.price, b.limit, b.opens_at, b.closes_at)
        and type(b.full_price) == 'boolean' and are_texts(b.categories) and are_texts(b.excludes)
    end,
    apply = function(b) redis.call('HSET', keys.offers, b.offer, offers.pack(b)) end,
  },
  sale = {
    is_sound = function(b) return whole(b.opens_at, b.closes_at, b.pay_within, b.rules_version) end,
    apply = function(b)
      redis.call('HSET', keys.meta, 'opens_at', b.opens_at, 'closes_at', b.closes_at,
        'pay_within', b.pay_within, 'rules_version', b.rules_version)
    end,
  },
  state = {
    is_sound = function(b) return STATES[b.state] end,
    apply = function(b) redis.call('HSET', keys.meta, 'state', b.state) end,
  },
  rules = {
    is_sound = function(b)
      redis.call('HLEN', keys.rules)
      return whole(b.rules_version) and are_rules(b.fields)
    end,
    apply = function(b)
      redis.call('DEL', keys.rules)
      for _, field in ipairs(b.fields) do
        redis.call('HSET', keys.rules, field[1], cmsgpack.pack(field[2]))
      end
      redis.call('HSET', keys.meta, 'rules_version', b.rules_version)
    end,
  },
  pot = {
    is_sound = function(b) return whole(b.amount) and is_counted(keys.pots, b.pot) end,
    apply = function(b) redis.call('HINCRBY', keys.pots, b.pot, b.amount) end,
  },
  coupons = {
    is_sound = function(b)
      return is_text(b.promotion) and whole(b.each) and have_wallets(b.shoppers)
    end,
    apply = function(b)
      for _, name in ipairs(b.shoppers) do
        wallets.add_coupons(wallet_of[name], b.promotion, b.each)
        save_wallet(name)
      end
    end,
  },
  balance = {
    is_sound = function(b)
      return whole(b.points, b.red_packet) and has_wallet(b.shopper)
    end,
    apply = function(b)
      local wallet = wallet_of[b.shopper]
      wallet.points = wallet.points + b.points
      wallet.red_packet = wallet.red_packet + b.red_packet
      save_wallet(b.shopper)
    end,
  },
  release = {
    is_sound = function(b)
      return is_text(b.serial) and whole(b.points, b.red_packet) and are_texts(b.coupons)
        and are_counted(keys.stock, b.units) and are_counted(keys.pots, b.pots)
        and has_wallet(b.shopper) and forget_order(b.shopper, b.serial)
    end,
    apply = function(b)
      local wallet = wallet_of[b.shopper]
      add(keys.stock, b.units)
      add(keys.pots, b.pots)
      for _, promotion in ipairs(b.coupons) do wallets.add_coupons(wallet, promotion, 1) end
      wallet.points = wallet.points + b.points
      wallet.red_packet = wallet.red_packet + b.red_packet
      wallets.forget_claim(wallet, b.serial)
      save_wallet(b.shopper)
      save_orders(b.shopper)
    end,
  },
}
