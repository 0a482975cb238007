local outbox = {}

-- One entry for a whole call; its number is the epoch's next, its tag the caller's random one.
-- The number, tag and count of orders (claims among them) go to meta and to `cell` with it.
-- version: of the body's shape (src/domain/outbox-entry.ts), 1 a batch of purchases, 2 carts or
-- claims, 3 units withdrawn.
function outbox.append(outbox_key, meta_key, cell, version, tag, orders, packed)
  local seq, placed = cell.seq + 1, cell.placed + orders
  redis.call('XADD', outbox_key, EPOCH .. '-' .. seq, 'v', version, 'tag', tag, 'prev', cell.tag,
    'orders', orders, 'body', packed)
  redis.call('HSET', meta_key, 'seq', seq, 'tag', tag, 'placed', placed)
  cell.seq, cell.tag, cell.placed = seq, tag, placed
  return seq
end

-- Raises when the next number was given before: Redis would refuse it, after other writes.
function outbox.check(outbox_key, cell)
  if redis.call('EXISTS', outbox_key) == 0 then return end
  local facts = redis.call('XINFO', 'STREAM', outbox_key)
  for i = 1, #facts, 2 do
    if facts[i] == 'last-generated-id' then
      local epoch, seq = string.match(facts[i + 1], '^(%d+)-(%d+)$')
      local is_next = tonumber(epoch) < EPOCH or tonumber(seq) <= cell.seq
      assert(is_next, 'the next number is equal or smaller')
    end
  end
end

-- Drops entries the ledger has: everything up to and including the settled number.
function outbox.trim(outbox_key, settled_seq)
  redis.call('XTRIM', outbox_key, 'MINID', EPOCH .. '-' .. (settled_seq + 1))
end
