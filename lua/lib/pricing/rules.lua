-- rules: the promotions of a sale, as fields of a hash: field -> msgpack. The ledger replaces all
-- of them with every change (src/domain/pricing/rules-of-sale.ts).
--   `layers`         { names, bases, picks (a list each, one entry a layer), points_rate, ranks (of
--                    the tenders), promotions (of any store or of very many; no coupons) }
--   `store:<store>`  the other promotions that name the store; no coupons
--   `coupon:<id>`    a promotion that needs a coupon
--   `claim:<id>`     the terms of a promotion that shoppers may claim (lua/claim.lua)
-- A promotion: { id, rank (its place among all ids), layer (its position), kind and the fields of
--   the effect, stores?, offers?, categories?, members? (sets), many? (it names several stores),
--   full_price?, coupon?, budget?, whole?, funder }
local rules = {}

-- For table.sort: the order of ids. Lua must not compare the ids themselves, because the server's
-- locale would decide.
function rules.by_rank(one, other) return one.rank < other.rank end

-- Adds a promotion to the others of its layer.
function rules.file(read, layer, promotion)
  local list = read.of_layer[layer]
  if list then list[#list + 1] = promotion
  else read.of_layer[layer] = { promotion } end
end

-- Files a promotion that is open to this member tier; gifts go to a list of their own. A promotion
-- of several stores is listed under each of them, but stored once.
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

-- Reads the fields that this call has not read yet into `known`, all in one command; false stands
-- for a field that does not exist.
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

-- What may apply to a cart of these stores with these coupons, or nil and the coupon that the sale
-- does not have. known: fields read so far, shared by the carts of a call. Returns
--   names, bases, picks   of the layers
--   of_layer              promotions by the position of their layer
--   gifts                 gift promotions
--   pots                  names of the pots of the promotions' budgets
--   points_rate           minor units per point
--   ranks                 of the tenders
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

-- The position of a layer by its name, or nil.
function rules.layer(read, name)
  for i = 1, #read.names do
    if read.names[i] == name then return i end
  end
end
