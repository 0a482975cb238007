-- instruction_kinds: for each kind of instruction, the check of its body and what it writes. The
-- fields of a body: src/domain/inbox-instruction.ts. Redis refuses to write to a key of another
-- type or to add to a value that is not an integer. The checks look for both, because an error
-- after the first write would leave an instruction half applied.
--@include lib/integer
--@include lib/offers
--@include lib/outbox
--@include lib/shelves
--@include lib/open_records
local instruction_kinds = {}

local MAX = 999999999999999
local MARK_MAX = 3
local STATES = { open = true, paused = true, closed = true }

-- Positions in the pairs that instructions list.
local NAME, AMOUNT = 1, 2
local SHOPPER, SERIAL = 1, 2
local FIELD, VALUE = 1, 2

-- True when each value is an integer that is not negative.
local function whole(...)
  return integer.are_within(0, MAX, ...)
end

local function is_text(value) return type(value) == 'string' end

-- Raises when HINCRBY would refuse the field.
local function is_counted(key, field)
  if not is_text(field) then return false end
  return assert(integer.counter(redis.call('HGET', key, field)), 'no integer')
end

-- True for pairs of a counter's name and an amount.
local function are_counted(key, list)
  if type(list) ~= 'table' then return false end
  for _, pair in ipairs(list) do
    if type(pair) ~= 'table' or not whole(pair[AMOUNT]) or not is_counted(key, pair[NAME]) then
      return false
    end
  end
  return true
end

local function add(key, list)
  for _, pair in ipairs(list) do redis.call('HINCRBY', key, pair[NAME], pair[AMOUNT]) end
end

local function put_back(cell, list)
  for _, pair in ipairs(list) do shelves.add(keys, cell, pair[NAME], pair[AMOUNT]) end
end

-- Takes the units asked for out of the stock, or all that is there when that is less, and returns
-- how many it took. The subtraction tells what was there, so nothing is read between writes.
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

-- True for pairs of a shopper and the serial of an order.
local function name_orders(list)
  if type(list) ~= 'table' then return false end
  for _, pair in ipairs(list) do
    if type(pair) ~= 'table' or not (is_text(pair[SHOPPER]) and is_text(pair[SERIAL])) then
      return false
    end
  end
  return true
end

local function have_wallets(open, shoppers)
  if not are_texts(shoppers) then return false end
  for _, shopper in ipairs(shoppers) do
    if not open_records.has_wallet(open, shopper) then return false end
  end
  return true
end

-- True for a list of { shopper, coupons, points, red_packet }: what goes back to wallets.
local function are_returns(open, list)
  if type(list) ~= 'table' then return false end
  for _, one in ipairs(list) do
    if type(one) ~= 'table' or not whole(one.points, one.red_packet) or not are_texts(one.coupons)
      or not open_records.has_wallet(open, one.shopper) then return false end
  end
  return true
end

-- True for pairs of a field and its value. The layers must be among them: no cart can be priced
-- without them.
local function are_rules(list)
  if type(list) ~= 'table' then return false end
  local has_layers = false
  for _, pair in ipairs(list) do
    if type(pair) ~= 'table' or not is_text(pair[FIELD]) or type(pair[VALUE]) ~= 'table' then
      return false
    end
    has_layers = has_layers or pair[FIELD] == 'layers'
  end
  return has_layers
end

-- Processes remember which offers are sold out. True when they have to forget that, because this
-- instruction may have put units on sale.
function instruction_kinds.may_restock(body)
  return body.kind ~= 'withdraw' and not (body.kind == 'moved' and #body.units == 0)
end

-- is_sound(body, open, cell) is false for a body that must not be applied; it writes nothing.
-- apply(body, open, cell, number) writes. open: lib/open_records. cell.now: ms since 1970.
instruction_kinds.by_name = {
  units = {
    is_sound = function(b) return whole(b.units) and is_counted(keys.stock, b.offer) end,
    apply = function(b, _, cell) shelves.add(keys, cell, b.offer, b.units) end,
  },
  offer = {
    is_sound = function(b, open)
      return is_text(b.offer) and is_text(b.store) and is_text(b.lane)
        and whole(b.price, b.limit, b.opens_at, b.closes_at)
        and type(b.full_price) == 'boolean' and are_texts(b.categories) and are_texts(b.excludes)
        and (b.access == nil or type(b.paused) == 'boolean' and is_text(b.access))
        and open_records.complete_offer(open, b)
    end,
    apply = function(b) redis.call('HSET', keys.offers, b.offer, offers.pack(b)) end,
  },
  sale = {
    is_sound = function(b)
      return whole(b.opens_at, b.closes_at, b.pay_within, b.rules_version, b.hold_limit or 0,
        b.cooldown_after or 0, b.cooldown or 0) and is_text(b.access or '')
    end,
    apply = function(b)
      redis.call('HSET', keys.meta, 'opens_at', b.opens_at, 'closes_at', b.closes_at,
        'pay_within', b.pay_within, 'rules_version', b.rules_version)
      if b.hold_limit then
        redis.call('HSET', keys.meta, 'hold_limit', b.hold_limit, 'cooldown_after',
          b.cooldown_after, 'cooldown', b.cooldown)
      end
      if b.access then redis.call('HSET', keys.meta, 'access', b.access) end
    end,
  },
  state = {
    is_sound = function(b) return STATES[b.state] end,
    apply = function(b) redis.call('HSET', keys.meta, 'state', b.state) end,
  },
  rules = {
    is_sound = function(b) return whole(b.rules_version) and are_rules(b.fields) end,
    apply = function(b)
      redis.call('DEL', keys.rules)
      for _, pair in ipairs(b.fields) do
        redis.call('HSET', keys.rules, pair[FIELD], cmsgpack.pack(pair[VALUE]))
      end
      redis.call('HSET', keys.meta, 'rules_version', b.rules_version)
    end,
  },
  pot = {
    is_sound = function(b) return whole(b.amount) and is_counted(keys.pots, b.pot) end,
    apply = function(b) redis.call('HINCRBY', keys.pots, b.pot, b.amount) end,
  },
  coupons = {
    is_sound = function(b, open)
      return is_text(b.promotion) and whole(b.each) and have_wallets(open, b.shoppers)
    end,
    apply = function(b, open)
      for _, shopper in ipairs(b.shoppers) do
        open_records.add_coupons(open, shopper, b.promotion, b.each)
        open_records.save_wallet(open, shopper)
      end
    end,
  },
  balance = {
    is_sound = function(b, open)
      return whole(b.points, b.red_packet) and open_records.has_wallet(open, b.shopper)
    end,
    apply = function(b, open)
      open_records.add_balance(open, b.shopper, b.points, b.red_packet)
      open_records.save_wallet(open, b.shopper)
    end,
  },
  release = {
    is_sound = function(b, open)
      return is_text(b.serial) and whole(b.points, b.red_packet) and are_texts(b.coupons)
        and are_counted(keys.stock, b.units) and are_counted(keys.pots, b.pots)
        and open_records.has_wallet(open, b.shopper)
        and open_records.forget_order(open, b.shopper, b.serial)
    end,
    apply = function(b, open, cell)
      put_back(cell, b.units)
      add(keys.pots, b.pots)
      open_records.refill(open, b.shopper, b)
      open_records.forget_claim(open, b.shopper, b.serial)
      open_records.save_wallet(open, b.shopper)
      open_records.save_orders(open, b.shopper)
    end,
  },
  moved = {
    is_sound = function(b, open)
      return integer.within(b.mark, 0, MARK_MAX) and whole(b.at) and name_orders(b.orders)
        and are_counted(keys.stock, b.units) and are_counted(keys.pots, b.pots)
        and are_returns(open, b.wallets) and open_records.have_orders(open, b.orders)
    end,
    apply = function(b, open, cell)
      put_back(cell, b.units)
      add(keys.pots, b.pots)
      for _, one in ipairs(b.wallets) do
        open_records.refill(open, one.shopper, one)
        open_records.save_wallet(open, one.shopper)
      end
      open_records.mark_orders(open, b.orders, b.mark, b.at)
    end,
  },
  withdraw = {
    is_sound = function(b, _, cell)
      outbox.check(keys.outbox, cell)
      return are_counted(keys.stock, b.units)
    end,
    apply = function(b, _, cell, number)
      local taken = {}
      for i, pair in ipairs(b.units) do
        taken[i] = { pair[NAME], withdraw(pair[NAME], pair[AMOUNT]) }
      end
      local body = cmsgpack.pack({ withdrawn = { number, taken } })
      outbox.append(keys.outbox, keys.meta, cell, 3, args.tag .. '.' .. number, 0, body)
    end,
  },
}
