-- rules: field -> msgpack, written whole with every change (src/domain/pricing/rules-of-sale.ts):
--   `layers`            { names, bases, picks (one each a layer), points_rate, ranks of the
--                       tenders, promotions of any store or of many, but coupons }
--   `store:<store>`     promotions that name the store
--   `coupon:<id>`       a promotion that needs a coupon
--   `claim:<id>`        the terms of a promotion that may be claimed (lua/claim.lua)
-- A promotion: { id, rank (its place among all ids), layer (index), kind and the effect's fields,
--   stores?, offers?, categories?, members? (sets), many? (stores), full_price?, coupon?, budget?,
--   whole?, funder }
local rules = {}

-- Adds a promotion to those of its layer.
function rules.file(read, layer, promotion)
  local list = read.of_layer[layer]
  if list then list[#list + 1] = promotion
  else read.of_layer[layer] = { promotion } end
end

-- Files a promotion if it is for this member; gifts apart. One of several stores stands under each:
-- it is filed once.
local function file_for(read, promotion, member)
  if promotion.members and not promotion.members[member] then return end
  if promotion.many then
    if read.seen[promotion.rank] then return end
    read.seen[promotion.rank] = true
  end
  if promotion.kind == 'gift' then read.gifts[#read.gifts + 1] = promotion
  else rules.file(read, promotion.layer, promotion) end
  if promotion.budget then read.pots[#read.pots + 1] = 'budget:' .. promotion.budget end
end

-- Unpacks the fields that this call has not asked for yet, all in one command; false: no such
-- field.
local function learn(key, known, stores, coupons)
  local missing, n = {}, 0
  if not known.layers then missing[1], n = 'layers', 1 end
  for i = 1, #stores + #coupons do
    local field = stores[i] and 'store:' .. stores[i] or 'coupon:' .. coupons[i - #stores]
    if known[field] == nil then
      n = n + 1
      missing[n] = field
    end
  end
  if n == 0 then return end
  local packed = redis.call('HMGET', key, unpack(missing))
  for i = 1, n do known[missing[i]] = packed[i] and cmsgpack.unpack(packed[i]) end
end

-- What bears on a cart of these stores with these coupons: names, bases and picks of the layers;
-- of_layer (promotions by layer); gifts; pots (of the budgets); points_rate; ranks. Or nil and the
-- coupon the sale does not have. known: by field, shared by the carts of a call.
function rules.read(key, known, stores, coupons, member)
  learn(key, known, stores, coupons)
  local base = known.layers
  local read = { names = base.names, bases = base.bases, picks = base.picks, ranks = base.ranks,
    points_rate = base.points_rate, of_layer = {}, gifts = {}, pots = {}, seen = {} }
  for _, promotion in ipairs(base.promotions) do file_for(read, promotion, member) end
  for _, store in ipairs(stores) do
    for _, promotion in ipairs(known['store:' .. store] or {}) do
      file_for(read, promotion, member)
    end
  end
  for _, coupon in ipairs(coupons) do
    local promotion = known['coupon:' .. coupon]
    if not promotion then return nil, coupon end
    file_for(read, promotion, member)
  end
  return read
end

-- The place of a layer by its name, or nil.
function rules.layer(read, name)
  for i = 1, #read.names do
    if read.names[i] == name then return i end
  end
end
