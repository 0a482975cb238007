-- prelude: the cell's state in this epoch. Times in ms; hold_limit, cooldown_after, cooldown: see
-- lib/shoppers; restocked: the last instruction behind which what was sold out may be on sale; seq,
-- tag: the outbox's last number and tag; placed, settled: orders written to the outbox, and those
-- the ledger has.
local prelude = {}

local FIELDS = { 'state', 'opens_at', 'closes_at', 'pay_within', 'rules_version', 'hold_limit',
  'cooldown_after', 'cooldown', 'inbox', 'restocked', 'seq', 'tag', 'placed', 'settled',
  'watermark' }
local TEXT = { state = true, tag = true }

-- The fields by name, or nil when the namespace was never opened; raises when one is not sound, for
-- it would be missed only after something was written.
function prelude.read(key)
  local values = redis.call('HMGET', key, unpack(FIELDS))
  if not values[1] then return nil end
  local fields = {}
  for i, name in ipairs(FIELDS) do
    fields[name] = assert(TEXT[name] and values[i] or tonumber(values[i]), name)
  end
  return fields
end
