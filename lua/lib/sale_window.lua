-- sale_window: whether a sale, or one offer of it, takes orders at a moment (ms since 1970).
--
-- Early access: JSON [[from, [member, ...]], ...] or '' for none, in the field `access` of `meta`
-- and in the terms of an offer. A shopper of a member tier in a row may order from then on. An
-- offer's own rows replace the sale's. All this is read only before everybody may order.
local sale_window = {}

local OVER, PAUSED = { 'sale_over' }, { 'sale_paused' }

local function closed(cell, now)
  if cell.state == 'closed' then return OVER end
  if cell.state ~= 'open' then return PAUSED end
  if now >= cell.closes_at then return OVER end
end

-- nil while the sale takes orders of everybody, otherwise the refusal.
function sale_window.refusal(cell, now)
  local refusal = closed(cell, now)
  if refusal then return refusal end
  if now < cell.opens_at then return { 'sale_not_open', cell.opens_at } end
end

-- From when on a member tier may order by these rows, or math.huge.
local function early(access, member)
  local from = math.huge
  if access == '' then return from end
  for _, row in ipairs(cjson.decode(access)) do
    for _, name in ipairs(row[2]) do
      if name == member then from = math.min(from, row[1]) end
    end
  end
  return from
end

-- From when on a shopper may order an offer. The sale's rows open the sale, not an offer that opens
-- later by its own time.
local function opens_for(cell, terms, meta_key, member)
  local opens_at = math.max(cell.opens_at, terms.opens_at)
  if not member or member == '' then return opens_at end
  if terms.access and terms.access ~= '' then
    return math.min(opens_at, early(terms.access, member))
  end
  cell.access = cell.access or assert(redis.call('HGET', meta_key, 'access'), 'access')
  return math.max(math.min(cell.opens_at, early(cell.access, member)), terms.opens_at)
end

-- nil while an offer takes orders of a shopper, otherwise the refusal. terms: of lib/offers; 0
-- stands for the sale's time. member: the shopper's tier; nil or '': none.
function sale_window.offer_refusal(cell, now, name, terms, meta_key, member)
  local refusal = closed(cell, now)
  if refusal then return refusal end
  if terms.closes_at > 0 and now >= terms.closes_at then return OVER end
  if terms.paused then return { 'sale_paused', name } end
  if now >= cell.opens_at and now >= terms.opens_at then return nil end
  local opens_at = opens_for(cell, terms, meta_key, member)
  if now < opens_at then return { 'sale_not_open', opens_at } end
end
