-- tenders: the red packet and the points that an order pays with. Each acts as a promotion of the
-- layer of its name.
--@include lib/pricing/rules
local tenders = {}

-- How much of a balance to use (asked -1: all of it), or nil and a refusal when the balance holds
-- less than is asked.
local function amount_of(asked, balance, name)
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

-- Adds an order's tenders to the promotions read for it; returns a refusal when a balance holds too
-- little or the sale has no layer for a tender.
function tenders.add(read, order, wallet)
  local packet, short = amount_of(order.red_packet, wallet.red_packet, 'red_packet')
  if short then return short end
  local points, lacking = amount_of(order.points, wallet.points, 'points')
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
