-- prelude: how a script begins that works on a cell. It turns away callers of an older epoch, then
-- reads `meta`, the hash with the state of the cell in this epoch:
--   state                          'open', 'paused' or 'closed'
--   opens_at, closes_at            when the sale opens and closes (ms since 1970)
--   pay_within                     how long an order may stay unpaid (ms)
--   rules_version                  of the promotions in the hash `rules`
--   hold_limit                     unpaid orders that a shopper may have
--   cooldown_after, cooldown       after how many expired orders a shopper waits, and how long (ms)
--   inbox                          number of the last instruction applied
--   restocked                      number of the last instruction that may have put units on sale
--   seq, tag                       number and tag of the last outbox entry
--   placed, settled                orders and claims in the outbox so far, and those in the ledger
--   watermark                      number of the last outbox entry in the ledger
--@include lib/fence
local prelude = {}

local FIELDS = { 'state', 'opens_at', 'closes_at', 'pay_within', 'rules_version', 'hold_limit',
  'cooldown_after', 'cooldown', 'inbox', 'restocked', 'seq', 'tag', 'placed', 'settled',
  'watermark' }
local STATE = 1
local TEXT = { state = true, tag = true }

-- The fields by name, or nil when nobody opened the cell in this epoch. Raises when a field is
-- missing or is no number: later a script would notice only after it has written something.
local function read(meta_key)
  local values = redis.call('HMGET', meta_key, unpack(FIELDS))
  if not values[STATE] then return nil end
  local fields = {}
  for i, name in ipairs(FIELDS) do
    fields[name] = assert(TEXT[name] and values[i] or tonumber(values[i]), name)
  end
  return fields
end

-- The cell, or nil and the reply that turns the caller away.
function prelude.open_cell(fence_key, meta_key)
  local refusal = fence.refusal(fence_key)
  if refusal then return nil, refusal end
  local cell = read(meta_key)
  if not cell then return nil, { 'fenced', '' } end
  return cell
end
