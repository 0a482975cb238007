-- instruction_kinds: for each kind of instruction, the check of its body and what it writes. The
-- fields of a body: src/domain/inbox-instruction.ts. Redis refuses to write to a key of another
-- type or to add to a value that is no integer. The checks look for both, because an error after
-- the first write would leave an instruction half applied.
--@include lib/integer
--@include lib/offers
--@include lib/outbox
--@include lib/open_records
local instruction_kinds = {}

local MAX = 999999999999999
local MARK_MAX = 3
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

-- Takes units out of stock, or what is there if less; nothing is read between writes.
local function withdraw(offer, asked)
  local left = redis.call('HINCRBY', keys.stock, offer, -asked) + asked
  local taken = math.max(0, math.min(asked, left))
  if taken < asked then redis.call('HINCRBY', keys.stock, offer, asked - taken) end
  return taken
end

local function are_texts(list)
  if type(list) ~= 'table' then return false end
  for _, value in ipairs(list) do
    if not is_text(value) then return false end
  end
  return true
end

-- Pairs of texts.
local function are_named(list)
  if type(list) ~= 'table' then return false end
  for _, pair in ipairs(list) do
    if type(pair) ~= 'table' or not (is_text(pair[1]) and is_text(pair[2])) then return false end
  end
  return true
end

local function have_wallets(shoppers)
  if not are_texts(shoppers) then return false end
  for _, shopper in ipairs(shoppers) do
    if not open_records.has_wallet(shopper) then return false end
  end
  return true
end

-- What goes back to wallets: { shopper, coupons, points, red_packet } each.
local function are_returns(list)
  if type(list) ~= 'table' then return false end
  for _, one in ipairs(list) do
    if type(one) ~= 'table' or not whole(one.points, one.red_packet) or not are_texts(one.coupons)
      or not open_records.has_wallet(one.shopper) then return false end
  end
  return true
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

-- False when whoever was told that something is sold out is told so still: processes remember it.
function instruction_kinds.may_restock(body)
  return body.kind ~= 'withdraw' and not (body.kind == 'moved' and #body.units == 0)
end

instruction_kinds.kinds = {
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
    is_sound = function(b)
      return whole(b.opens_at, b.closes_at, b.pay_within, b.rules_version, b.hold_limit or 0,
        b.cooldown_after or 0, b.cooldown or 0)
    end,
    apply = function(b)
      redis.call('HSET', keys.meta, 'opens_at', b.opens_at, 'closes_at', b.closes_at,
        'pay_within', b.pay_within, 'rules_version', b.rules_version)
      if b.hold_limit then
        redis.call('HSET', keys.meta, 'hold_limit', b.hold_limit, 'cooldown_after',
          b.cooldown_after, 'cooldown', b.cooldown)
      end
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
      for _, shopper in ipairs(b.shoppers) do
        open_records.add_coupons(shopper, b.promotion, b.each)
        open_records.save_wallet(shopper)
      end
    end,
  },
  balance = {
    is_sound = function(b)
      return whole(b.points, b.red_packet) and open_records.has_wallet(b.shopper)
    end,
    apply = function(b)
      open_records.add_balance(b.shopper, b.points, b.red_packet)
      open_records.save_wallet(b.shopper)
    end,
  },
  release = {
    is_sound = function(b)
      return is_text(b.serial) and whole(b.points, b.red_packet) and are_texts(b.coupons)
        and are_counted(keys.stock, b.units) and are_counted(keys.pots, b.pots)
        and open_records.has_wallet(b.shopper) and open_records.forget_order(b.shopper, b.serial)
    end,
    apply = function(b)
      add(keys.stock, b.units)
      add(keys.pots, b.pots)
      open_records.refill(b.shopper, b)
      open_records.forget_claim(b.shopper, b.serial)
      open_records.save_wallet(b.shopper)
      open_records.save_orders(b.shopper)
    end,
  },
  moved = {
    is_sound = function(b)
      return integer.within(b.mark, 0, MARK_MAX) and whole(b.at) and are_named(b.orders)
        and are_counted(keys.stock, b.units) and are_counted(keys.pots, b.pots)
        and are_returns(b.wallets) and open_records.have_orders(b.orders)
    end,
    apply = function(b)
      add(keys.stock, b.units)
      add(keys.pots, b.pots)
      for _, one in ipairs(b.wallets) do
        open_records.refill(one.shopper, one)
        open_records.save_wallet(one.shopper)
      end
      open_records.mark_orders(b.orders, b.mark, b.at)
    end,
  },
  withdraw = {
    is_sound = function(b, cell)
      outbox.check(keys.outbox, cell)
      return are_counted(keys.stock, b.units)
    end,
    apply = function(b, number, cell)
      local taken = {}
      for i, pair in ipairs(b.units) do taken[i] = { pair[1], withdraw(pair[1], pair[2]) } end
      local body = cmsgpack.pack({ withdrawn = { number, taken } })
      outbox.append(keys.outbox, keys.meta, cell, 3, args.tag .. '.' .. number, 0, body)
    end,
  },
}
