-- shelves: field offer -> from when (ms since 1970) the cell sells units that came back to an empty
-- shelf. Until then they are returning: counted in the stock, but not for sale.
-- Each process refuses from memory for a moment after its last poll of the cell. Units of the offer
-- that were sold within that moment could give a key an order that such a process refuses.
-- RETURNING_MS, a constant of a script's text, is longer than that moment.
local shelves = {}

-- True for a time that is still to come. A clock that was set back must not keep units off sale: a
-- time further away than RETURNING_MS is none that this clock gave.
local function is_ahead(from, now)
  return from > now and from <= now + RETURNING_MS
end

-- Adds units to an offer's stock. When the shelf was empty, they are returning from `cell.now` on;
-- a shelf that is returning already is not delayed again.
function shelves.add(keys, cell, offer, units)
  local left = redis.call('HINCRBY', keys.stock, offer, units)
  if left <= 0 or left > units then return end
  local from = cell.now + RETURNING_MS
  -- No time of an earlier call counts any more.
  if not is_ahead(cell.shelves_from, cell.now) then redis.call('UNLINK', keys.shelves) end
  redis.call('HSET', keys.shelves, offer, from)
  redis.call('HSET', keys.meta, 'shelves_from', from)
  cell.shelves_from = from
end

-- Marks the offers in `found` (lib/offers) whose units are returning: is_returning.
function shelves.mark(shelves_key, cell, now, found)
  if not is_ahead(cell.shelves_from, now) then return end
  local names = {}
  for name in pairs(found) do names[#names + 1] = name end
  local times = redis.call('HMGET', shelves_key, unpack(names))
  for i, name in ipairs(names) do
    found[name].is_returning = is_ahead(tonumber(times[i] or 0), now)
  end
end
