-- apportion: an amount split over lines by largest remainder. amount × weight stays below 2^53, so
-- the floor of a quotient, and the remainder computed from it, are exact.
local apportion = {}

local floor = math.floor

-- The parts rounded down, what each lost by rounding, and how many minor units are left to give.
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

-- Gives each line its part of an amount, but no more than the line still owes, and lowers what it
-- owes.
-- lines    in the order of the cart
-- zeros    a list with a 0 for each line of the cart
-- amount   at most `total`
-- weights  by a line's place in the cart; nil: the lines' basis amounts
-- total    the sum of the weights, above 0
-- Returns a share for each line of the cart, and the sum of the shares.
function apportion.shares(lines, zeros, amount, weights, total)
  local parts, lost, rest = parts_of(lines, amount, weights, total)
  for _ = 1, rest do
    -- The largest remainder, the earlier line on a tie; at most 49 units over 50 lines.
    local at = 1
    for i = 2, #lines do
      if lost[i] > lost[at] then at = i end
    end
    parts[at], lost[at] = parts[at] + 1, -1
  end
  -- unpack makes the copy at its full size; a list that grows is copied each time it doubles.
  local list, given = { unpack(zeros) }, 0
  for i = 1, #lines do
    local line, share = lines[i], parts[i]
    if share > line.owed then share = line.owed end
    line.owed = line.owed - share
    list[line.at], given = share, given + share
  end
  return list, given
end
