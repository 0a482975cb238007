-- effects: what a promotion takes off its eligible lines. Amounts in minor units; total: the
-- lines' basis amounts, below 2^27, so every product stays below 2^53. Floors, never rounds.
local effects = {}

local floor = math.floor
local kinds = {}

function kinds.tiers(p, total)
  local off = 0
  for i = 1, #p.tiers, 2 do
    if total >= p.tiers[i] then off = p.tiers[i + 1] end
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

-- The order's own points: whole ones only.
function kinds.points(p, total)
  return floor(math.min(p.points * p.rate, total) / p.rate) * p.rate
end

local function cheapest_last_first(one, other)
  if one.price ~= other.price then return one.price < other.price end
  return one.at > other.at
end

-- The cheapest units over all lines are free; each line weighs what its own free units are worth.
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

-- The discount, never above total, and, where the lines do not share by their basis amounts, a
-- weight by a line's place in the cart.
function effects.discount(promotion, total, lines)
  local off, weights = kinds[promotion.kind](promotion, total, lines)
  return off > total and total or off, weights
end
