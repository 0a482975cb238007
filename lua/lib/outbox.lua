-- outbox: a stream of entries `<epoch>-<seq>`, numbered from 1 in each epoch without a gap. Each
-- carries a random tag and the tag of the entry before it, so a number given twice is noticed.
local outbox = {}

-- Redis would print a number with its 17 digits, which takes four times as long.
local digits = string.format

-- Appends one entry for a whole call. Number, tag and the count of orders and claims go to `meta`
-- and to `cell` with it. Returns the number, the tag of the entry before, and that count.
-- version: the shape of the body (src/domain/outbox-entry.ts): 1 purchases, 2 carts or claims,
-- 3 withdrawn units. orders: how many orders or claims the body holds.
function outbox.append(outbox_key, meta_key, cell, version, tag, orders, packed)
  local seq, prev, placed = cell.seq + 1, cell.tag, cell.placed + orders
  local number, count = digits('%d', seq), digits('%d', placed)
  redis.call('XADD', outbox_key, digits('%d-%d', EPOCH, seq), 'v', digits('%d', version),
    'tag', tag, 'prev', prev, 'orders', digits('%d', orders), 'placed', count, 'body', packed)
  redis.call('HSET', meta_key, 'seq', number, 'tag', tag, 'placed', count)
  -- Workers listen for the newest entry of every cell (src/cell/cells/head-channel.ts). HEADS, a
  -- constant of the script's text, is the channel. If Redis refuses, the entry stands all the same.
  redis.pcall('PUBLISH', HEADS, digits('%s %d %d %d', CELL, EPOCH, seq, placed))
  cell.seq, cell.tag, cell.placed = seq, tag, placed
  return seq, prev, placed
end

-- Raises when the stream already holds the next number. Redis would refuse that number too, but
-- only after other writes.
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

-- Drops the entries that the ledger has: all up to and including the settled number.
function outbox.trim(outbox_key, settled_seq)
  redis.call('XTRIM', outbox_key, 'MINID', EPOCH .. '-' .. (settled_seq + 1))
end
