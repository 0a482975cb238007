-- offers: field offer -> msgpack { lane, price, limit, opens_at, closes_at, store, full_price,
--         categories, excludes }
-- stock:  field offer -> units this cell may still sell
--@include lib/hash_fields
--@include lib/integer
local offers = {}

-- Of a line, and of an order in minor units.
offers.MAX_QUANTITY = 999
offers.MAX_ACTIVITY = 90000000

local MAX = 999999999999999

-- Reads every offer named that is not in `found` yet, once: its packed terms (false: no such
-- offer), units left (nil: stock holds no counter, and reckoning with it raises), and units taken
-- in this call (0 so far).
function offers.read(offers_key, stock_key, names, found)
  local distinct = {}
  for _, name in ipairs(names) do
    if not found[name] then
      found[name] = { taken = 0 }
      distinct[#distinct + 1] = name
    end
  end
  if #distinct == 0 then return found end
  local records = redis.call('HMGET', offers_key, unpack(distinct))
  local units = redis.call('HMGET', stock_key, unpack(distinct))
  for i, name in ipairs(distinct) do
    found[name].packed, found[name].units_left = records[i], integer.counter(units[i])
  end
  return found
end

-- Terms by name, unpacked once a call; raises when the record is not one that can be sold from.
function offers.terms(offer)
  if not offer.terms then
    local t = cmsgpack.unpack(offer.packed)
    assert(type(t[1]) == 'string' and type(t[6]) == 'string' and type(t[9]) == 'table'
      and integer.within(t[2], 0, MAX) and integer.within(t[3], 0, MAX)
      and integer.within(t[4], 0, MAX) and integer.within(t[5], 0, MAX),
      'not the terms of an offer')
    offer.terms = { lane = t[1], price = t[2], limit = t[3], opens_at = t[4], closes_at = t[5],
      store = t[6], full_price = t[7], categories = t[8], excludes = t[9] }
  end
  return offer.terms
end

function offers.pack(body)
  return cmsgpack.pack({ body.lane, body.price, body.limit, body.opens_at, body.closes_at,
    body.store, body.full_price, body.categories, body.excludes })
end

local function units_after(offer)
  return offer.taken > 0 and offer.units_left - offer.taken or nil
end

-- Takes what the call sold from stock, all in one command: nobody else writes in between.
function offers.take(stock_key, found)
  hash_fields.set(stock_key, found, units_after)
end
