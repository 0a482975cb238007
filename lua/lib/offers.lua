-- offers: field offer -> msgpack { lane, price, limit, opens_at, closes_at, store }
-- stock:  field offer -> units this cell may still sell
--@include lib/integer
local offers = {}

local MAX = 999999999999999

-- Every offer named, once: its packed terms (false: no such offer), units left (nil: stock holds no
-- counter, and reckoning with it raises), and units taken in this call (0 so far).
function offers.read(offers_key, stock_key, names)
  local distinct, found = {}, {}
  for _, name in ipairs(names) do
    if not found[name] then
      found[name] = { taken = 0 }
      distinct[#distinct + 1] = name
    end
  end
  local records = redis.call('HMGET', offers_key, unpack(distinct))
  local units = redis.call('HMGET', stock_key, unpack(distinct))
  for i, name in ipairs(distinct) do
    found[name].packed, found[name].units_left = records[i], integer.counter(units[i])
  end
  return found, distinct
end

-- Terms by name, unpacked once a call; raises when the record is not one that can be sold from.
function offers.terms(offer)
  if not offer.terms then
    local t = cmsgpack.unpack(offer.packed)
    assert(type(t[1]) == 'string' and type(t[6]) == 'string'
      and integer.are_within(0, MAX, t[2], t[3], t[4], t[5]), 'not the terms of an offer')
    offer.terms = { lane = t[1], price = t[2], limit = t[3], opens_at = t[4], closes_at = t[5],
      store = t[6] }
  end
  return offer.terms
end

function offers.pack(body)
  return cmsgpack.pack({ body.lane, body.price, body.limit, body.opens_at, body.closes_at,
    body.store })
end

-- Takes what the call sold from stock: one command an offer.
function offers.take(stock_key, found, distinct)
  for _, name in ipairs(distinct) do
    local taken = found[name].taken
    if taken > 0 then redis.call('HINCRBY', stock_key, name, -taken) end
  end
end
