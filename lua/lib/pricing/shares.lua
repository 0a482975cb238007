-- shares: an amount split over lines by largest remainder. amount × weight stays below 2^53, where
-- the floor of a quotient and the remainder taken from it are exact.
local shares = {}

local floor = math.floor

-- The parts rounded down, what each lost by that, and how many cents are still to be given.
local function parts_of(lines, amount, weights, total)
  local parts, lost, rest = {}, {}, amount
  for i = 1, #lines do
    local line = lines[i]
    local product = amount * (weights and weights[line.at] or line.base)
    local part = floor(product / total)
    parts[i], lost[i], rest = part, product - part * total, rest - part
  end
  return parts, lost, rest
end

-- Gives each of some lines (in the order of the cart) its part of an amount by weight, but no more
-- than it still owes; what it owes goes down. amount <= sum of weights, their sum total > 0.
-- zeros: one a line of the cart. Returns a share for each line of the cart, and their sum.
function shares.give(lines, zeros, amount, weights, total)
  local parts, lost, rest = parts_of(lines, amount, weights, total)
  for _ = 1, rest do
    -- The largest remainder, the earlier line on a tie; at most 49 cents over 50 lines.
    local at = 1
    for i = 2, #lines do
      if lost[i] > lost[at] then at = i end
    end
    parts[at], lost[at] = parts[at] + 1, -1
  end
  -- A copy made at once has its size at once: one that grows is copied again and again.
  local list, given = { unpack(zeros) }, 0
  for i = 1, #lines do
    local line, share = lines[i], parts[i]
    if share > line.owed then share = line.owed end
    line.owed = line.owed - share
    list[line.at], given = share, given + share
  end
  return list, given
end
