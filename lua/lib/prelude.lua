-- prelude: how a script begins. The fence is the key that names the epoch in which the cell is
-- open. CELL and EPOCH are constants of a script's text: the text serves one cell in one epoch.
-- So is RETURNING_MS (lib/shelves).
-- The hash `meta` is the state of the cell in this epoch:
--   state                          'open', 'paused' or 'closed'
--   opens_at, closes_at            when the sale opens and closes (ms since 1970)
--   pay_within                     how long an order may stay unpaid (ms)
--   rules_version                  of the promotions in the hash `rules`
--   hold_limit                     unpaid orders that a shopper may have
--   cooldown_after, cooldown       after how many expired orders a shopper waits, and how long (ms)
--   access                         early access (lib/sale_window); read only before the opening
--   inbox                          number of the last instruction applied
--   restocked                      number of the last instruction that may have put units on sale
--   shelves_from                   the latest time in the hash `shelves` (ms since 1970), 0: none
--   seq, tag                       number and tag of the last outbox entry
--   placed, settled                orders and claims in the outbox so far, and those in the ledger
--   watermark                      number of the last outbox entry in the ledger
local prelude = {}

-- nil while this epoch holds the cell, otherwise the reply that turns the caller away.
function prelude.refusal(fence_key)
  local current = redis.call('GET', fence_key)
  if current == tostring(EPOCH) then return nil end
  return { 'fenced', current or '' }
end

-- The fields of `meta` by name; or nil and a refusal when another epoch holds the cell, or nobody
-- has opened it in this one. Raises when a field is missing or is not a number: a script would
-- notice only later, after it has written something.
function prelude.open_cell(fence_key, meta_key)
  local refusal = prelude.refusal(fence_key)
  if refusal then return nil, refusal end
  local names = { 'state', 'opens_at', 'closes_at', 'pay_within', 'rules_version', 'hold_limit',
    'cooldown_after', 'cooldown', 'inbox', 'restocked', 'shelves_from', 'seq', 'tag', 'placed',
    'settled', 'watermark' }
  local STATE, is_text = 1, { state = true, tag = true }
  local values = redis.call('HMGET', meta_key, unpack(names))
  if not values[STATE] then return nil, { 'fenced', '' } end
  local cell = {}
  for i, name in ipairs(names) do
    cell[name] = assert(is_text[name] and values[i] or tonumber(values[i]), name)
  end
  return cell
end

-- The same for a script that needs only one field, as text: to read them all takes longer.
function prelude.open_field(fence_key, meta_key, name)
  local refusal = prelude.refusal(fence_key)
  if refusal then return nil, refusal end
  local value = redis.call('HGET', meta_key, name)
  if not value then return nil, { 'fenced', '' } end
  return value
end
