--[[ instruct: apply the ledger's instructions, in number order, each once; note what is settled.
  keys   fence meta stock offers shoppers outbox
  args   instructions (msgpack array of { number, body }, ascending, at most 100),
         watermark (highest settled number of this epoch), settled (orders of this epoch settled)
  reply  'applied' inbox (the highest number applied) | 'gap' inbox (a number is missing: nothing
         written) | 'malformed' number (nothing written) | 'fenced' epoch
  Allowed when memory is full: it frees memory. ]]
--@include lib/fence
--@include lib/integer
--@include lib/meta
--@include lib/offers
--@include lib/shoppers
--@include lib/outbox
local MAX = 999999999999999
local STATES = { open = true, paused = true, closed = true }

local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
local cell = meta.read(keys.meta)
if not cell then return { 'fenced', '' } end

local function whole(...)
  return integer.are_within(0, MAX, ...)
end

-- Redis refuses to write to a key of another type and to add to what is no integer: it is asked
-- now, while an error still writes nothing.
redis.call('HLEN', keys.stock)
redis.call('HLEN', keys.offers)
redis.call('XLEN', keys.outbox)

local function is_counted(offer)
  if type(offer) ~= 'string' then return false end
  return assert(integer.counter(redis.call('HGET', keys.stock, offer)), 'stock is no integer')
end

local kinds = {}

kinds.units = {
  is_sound = function(b) return whole(b.units) and is_counted(b.offer) end,
  apply = function(b) redis.call('HINCRBY', keys.stock, b.offer, b.units) end,
}

kinds.offer = {
  is_sound = function(b)
    return type(b.offer) == 'string' and type(b.store) == 'string' and type(b.lane) == 'string'
      and whole(b.price, b.limit, b.opens_at, b.closes_at)
  end,
  apply = function(b) redis.call('HSET', keys.offers, b.offer, offers.pack(b)) end,
}

kinds.sale = {
  is_sound = function(b) return whole(b.opens_at, b.closes_at, b.pay_within, b.rules_version) end,
  apply = function(b)
    redis.call('HSET', keys.meta, 'opens_at', b.opens_at, 'closes_at', b.closes_at,
      'pay_within', b.pay_within, 'rules_version', b.rules_version)
  end,
}

kinds.state = {
  is_sound = function(b) return STATES[b.state] end,
  apply = function(b) redis.call('HSET', keys.meta, 'state', b.state) end,
}

-- Shoppers whose orders are released, as they will be.
local released = {}

-- False when the record cannot be read.
local function forget_order(name, serial)
  local record = not released[name] and redis.call('HGET', keys.shoppers, name)
  return pcall(function()
    released[name] = released[name] or shoppers.open(record)
    shoppers.forget(released[name], serial)
  end)
end

kinds.release = {
  is_sound = function(b)
    return type(b.shopper) == 'string' and type(b.serial) == 'string' and whole(b.units)
      and is_counted(b.offer) and forget_order(b.shopper, b.serial)
  end,
  apply = function(b)
    local rest = released[b.shopper].packed
    if rest == '' then redis.call('HDEL', keys.shoppers, b.shopper)
    else redis.call('HSET', keys.shoppers, b.shopper, rest) end
    redis.call('HINCRBY', keys.stock, b.offer, b.units)
  end,
}

local inbox, due = cell.inbox, {}
for _, instruction in ipairs(cmsgpack.unpack(args.instructions)) do
  local number, body = instruction[1], instruction[2]
  if number > inbox + 1 then return { 'gap', cell.inbox } end
  if number == inbox + 1 then
    local kind = kinds[body.kind]
    if not kind or not kind.is_sound(body) then return { 'malformed', number } end
    due[#due + 1], inbox = body, number
  end
end
local watermark, settled = integer.argument(args.watermark), integer.argument(args.settled)
-- The ledger settled more than this cell wrote: the cell lost its tail and must be rebuilt.
if watermark > cell.seq then return { 'fenced', '' } end

-- Everything is checked above; from here on nothing refuses.
for _, body in ipairs(due) do kinds[body.kind].apply(body) end
if inbox > cell.inbox then redis.call('HSET', keys.meta, 'inbox', inbox) end
if watermark > cell.watermark then
  redis.call('HSET', keys.meta, 'watermark', watermark, 'settled', settled)
  outbox.trim(keys.outbox, watermark)
end
return { 'applied', inbox }
