-- rules: field -> msgpack, written whole with every change (src/domain/rules.ts):
--   `layers`            { names, bases, picks (one each a layer), points_rate, ranks of the tenders,
--                       promotions without stores and coupons }
--   `store:<store>`     promotions that name the store
--   `coupon:<id>`       a promotion that needs a coupon
--   `claim:<id>`        the terms of a promotion that may be claimed (lua/claim.lua)
-- A promotion: { id, rank (its place among all ids), layer (index), kind and the effect's fields,
--   stores?, offers?, categories?, members?, full_price?, coupon?, budget?, whole?, funder }
--@include lib/listed
local rules = {}

-- Adds a promotion to those of its layer.
function rules.file(read, layer, promotion)
  local list = read.of_layer[layer]
  if list then list[#list + 1] = promotion
  else read.of_layer[layer] = { promotion } end
end

-- Files promotions, each once, if they are for this member; gifts apart.
local function file_all(read, list, member)
  for _, promotion in ipairs(list) do
    local members = promotion.members
    if not read.seen[promotion.rank] and (not members or listed.has(members, member)) then
      read.seen[promotion.rank] = true
      if promotion.kind == 'gift' then read.gifts[#read.gifts + 1] = promotion
      else rules.file(read, promotion.layer, promotion) end
      if promotion.budget then read.pots[#read.pots + 1] = 'budget:' .. promotion.budget end
    end
  end
end

-- What bears on a cart of these stores with these coupons: names, bases and picks of the layers;
-- of_layer (promotions by layer); gifts; pots (of the budgets); points_rate; ranks. Or nil and the
-- coupon the sale does not have.
function rules.read(key, stores, coupons, member)
  local fields = { 'layers' }
  for _, store in ipairs(stores) do fields[#fields + 1] = 'store:' .. store end
  for _, coupon in ipairs(coupons) do fields[#fields + 1] = 'coupon:' .. coupon end
  local packed = redis.call('HMGET', key, unpack(fields))
  local read = cmsgpack.unpack(packed[1])
  read.of_layer, read.gifts, read.pots, read.seen = {}, {}, {}, {}
  file_all(read, read.promotions, member)
  for i = 2, #fields do
    local is_coupon = i > #stores + 1
    if is_coupon and not packed[i] then return nil, coupons[i - #stores - 1] end
    if packed[i] then
      local list = cmsgpack.unpack(packed[i])
      file_all(read, is_coupon and { list } or list, member)
    end
  end
  return read
end

-- The place of a layer by its name, or nil.
function rules.layer(read, name)
  for i = 1, #read.names do
    if read.names[i] == name then return i end
  end
end
