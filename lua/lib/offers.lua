-- offers: field offer -> msgpack [lane, price (minor units), limit (units per shopper, 0: none),
--         opens_at, closes_at (ms, 0: the sale's), store, full_price, categories, excludes,
--         paused, access (lib/sale_window)]; without the last two: not paused, and no access
-- stock:  field offer -> units that this cell may still sell
--@include lib/hash_fields
--@include lib/integer
local offers = {}

-- The largest quantity of a line, and the largest activity of an order in minor units.
offers.MAX_QUANTITY = 999
offers.MAX_ACTIVITY = 90000000

local MAX = 999999999999999

-- Reads the named offers that are not in `found` yet, and adds each with
--   packed      its terms as stored; false when the cell has no such offer
--   units_left  nil when the stock is not a counter: arithmetic with it raises
--   taken       units taken in this call: 0 so far
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

-- Raises when the cell lacks offers or units because their hash is gone.
function offers.check_seals(offers_key, stock_key)
  hash_fields.check_seal(offers_key, 'offers')
  hash_fields.check_seal(stock_key, 'stock')
end

-- The terms of an offer by name, unpacked once per call. Raises when the record is not sound terms.
function offers.terms(offer)
  if not offer.terms then
    local lane, price, limit, opens_at, closes_at, store, full_price, categories, excludes,
      paused, access = unpack(cmsgpack.unpack(offer.packed), 1, 11)
    assert(type(lane) == 'string' and type(store) == 'string' and type(excludes) == 'table'
      and integer.within(price, 0, MAX) and integer.within(limit, 0, MAX)
      and integer.within(opens_at, 0, MAX) and integer.within(closes_at, 0, MAX),
      'not the terms of an offer')
    offer.terms = { lane = lane, price = price, limit = limit, opens_at = opens_at,
      closes_at = closes_at, store = store, full_price = full_price, categories = categories,
      excludes = excludes, paused = paused, access = access }
  end
  return offer.terms
end

function offers.pack(terms)
  local packed = { terms.lane, terms.price, terms.limit, terms.opens_at, terms.closes_at,
    terms.store, terms.full_price, terms.categories, terms.excludes }
  if terms.paused or terms.access ~= '' then
    packed[10], packed[11] = terms.paused, terms.access
  end
  return cmsgpack.pack(packed)
end

local function units_after(offer)
  return offer.taken > 0 and offer.units_left - offer.taken or nil
end

-- Takes the units that the call sold from the stock, all in one command. It may write absolute
-- counts: nobody else writes while the script runs.
function offers.take(stock_key, found)
  hash_fields.set(stock_key, found, units_after)
end
