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
  for _, value in ipairs({ ... }) do
    if not integer.within(value, 0, MAX) then return false end
  end
  return true
end

local kinds = {}

kinds.units = {
  is_sound = function(b) return type(b.offer) == 'string' and whole(b.units) end,
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

local function forget_order(b)
  local shopper = shoppers.open(redis.call('HGET', keys.shoppers, b.shopper))
  shoppers.forget(shopper, b.key)
  return shopper.packed
end

kinds.release = {
  is_sound = function(b)
    return type(b.offer) == 'string' and whole(b.units) and pcall(forget_order, b)
  end,
  apply = function(b)
    local rest = forget_order(b)
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

-- Everything is checked above; from here on nothing refuses.
for _, body in ipairs(due) do kinds[body.kind].apply(body) end
if inbox > cell.inbox then redis.call('HSET', keys.meta, 'inbox', inbox) end
if watermark > cell.watermark then
  redis.call('HSET', keys.meta, 'watermark', watermark, 'settled', settled)
  outbox.trim(keys.outbox, watermark)
end
return { 'applied', inbox }
