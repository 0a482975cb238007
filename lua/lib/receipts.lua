-- receipts: what an order bought and how it was priced.
-- A receipt: msgpack [lines, gifts, applied, out_of_gifts, points_used], amounts in minor units
--   lines         flat rows of offer, store, quantity, price
--   gifts         flat rows of offer, store, quantity
--   applied       a list, in the order of application, of [promotion, layer, basis, discount,
--                 forfeited, funder, budget ('': none), is_coupon, shares (one for each line)]
--   out_of_gifts  promotions whose gift was out of stock
--   points_used   whole points
-- src/domain/receipt.ts reads and writes the same layout.
local receipts = {}

-- The position of the lines in a receipt; how far behind its offer a line's quantity comes.
local LINES, QUANTITY = 1, 2
local LINE_WIDTH = 4

function receipts.pack(lines, priced, gifts)
  local flat, n = {}, 0
  for _, line in ipairs(lines) do
    flat[n + 1], flat[n + 2] = line.offer, line.store
    flat[n + 3], flat[n + 4] = line.quantity, line.price
    n = n + LINE_WIDTH
  end
  return cmsgpack.pack({ flat, gifts.given, priced.applied, gifts.out_of, priced.points_used })
end

-- The receipt, not packed, of an order of one line without promotions.
function receipts.of_line(offer, store, quantity, price)
  return { { offer, store, quantity, price }, {}, {}, {}, 0 }
end

-- Units of an offer in the lines of a receipt. Gifts do not count: no limit concerns them.
function receipts.units(receipt, offer)
  local lines, units = receipt[LINES], 0
  for i = 1, #lines, LINE_WIDTH do
    if lines[i] == offer then units = units + lines[i + QUANTITY] end
  end
  return units
end
