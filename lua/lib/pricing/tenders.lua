-- tenders: an order's own red packet and points act as promotions of the layers of these names.
--@include lib/pricing/rules
local tenders = {}

-- What is asked of a balance, or a refusal when that holds less. -1: all there is.
local function balance_of(asked, balance, name)
  local held = math.max(0, balance)
  if asked == -1 then return held end
  if asked > held then return nil, { 'balance_short', name, held } end
  return asked
end

local function file(read, name, promotion)
  local layer = rules.layer(read, name)
  if not layer then return { 'invalid', name } end
  promotion.id, promotion.rank, promotion.funder = name, read.ranks[name], 'platform'
  promotion.tender = name
  rules.file(read, layer, promotion)
end

-- Adds what an order asks for to the rules; returns a refusal when a balance or a layer is missing.
function tenders.add(read, order, wallet)
  local packet, short = balance_of(order.red_packet, wallet.red_packet, 'red_packet')
  if short then return short end
  local points, lacking = balance_of(order.points, wallet.points, 'points')
  if lacking then return lacking end
  local refusal
  if packet > 0 then
    refusal = file(read, 'red_packet', { kind = 'fixed', off = packet, from = 0 })
  end
  if points > 0 and not refusal then
    refusal = file(read, 'points', { kind = 'points', points = points, rate = read.points_rate })
  end
  return refusal
end
