-- effects: how much a promotion takes off its eligible lines. Amounts in minor units, rounded down.
-- A total, the sum of the lines' basis amounts, is below 2^27, so every product stays below 2^53.
local effects = {}

local floor = math.floor
-- One function for each kind of effect: (promotion, total, lines) -> the discount.
local kinds = {}

-- tiers: flat rows of a threshold and what it takes off, thresholds ascending.
function kinds.tiers(p, total)
  local off = 0
  for i = 1, #p.tiers, 2 do
    local from, tier_off = p.tiers[i], p.tiers[i + 1]
    if total >= from then off = tier_off end
  end
  return off
end

function kinds.every(p, total)
  local times = floor(total / p.every)
  if p.times > 0 and times > p.times then times = p.times end
  return times * p.off
end

function kinds.percent(p, total)
  if total < p.from then return 0 end
  local off = floor(total * p.bps / 10000)
  if p.cap > 0 and off > p.cap then return p.cap end
  return off
end

function kinds.fixed(p, total)
  return total >= p.from and p.off or 0
end

-- The points that an order pays with. Only whole points count.
function kinds.points(p, total)
  return floor(math.min(p.points * p.rate, total) / p.rate) * p.rate
end

local function cheapest_last_first(one, other)
  if one.price ~= other.price then return one.price < other.price end
  return one.at > other.at
end

-- The cheapest units over all lines are free. A line's weight is the value of its own free units.
function kinds.freeUnits(p, _, lines)
  local units, order, weights, value = 0, {}, {}, 0
  for i, line in ipairs(lines) do
    units, order[i] = units + line.quantity, line
  end
  table.sort(order, cheapest_last_first)
  local free = floor(units / p.every) * p.free
  for _, line in ipairs(order) do
    local count = math.min(free, line.quantity)
    free = free - count
    weights[line.at] = count * line.price
    value = value + weights[line.at]
  end
  return value, weights
end

-- The discount, never above total. When the lines do not share it by their basis amounts, also
-- returns their weights, by a line's place in the cart.
function effects.discount(promotion, total, lines)
  local off, weights = kinds[promotion.kind](promotion, total, lines)
  return off > total and total or off, weights
end
