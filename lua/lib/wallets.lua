-- wallets: field shopper -> msgpack [points, red_packet (minor units), coupons, claims]
--   coupons  flat rows of promotion, held
--   claims   flat rows of key, serial, promotion, seq (of the claim's outbox entry; 0: the ledger
--            had it when this epoch was opened), amount (minor units; 0: a coupon)
-- src/cell/selling/wallets.ts reads and writes the same layout.
--@include lib/hash_fields
--@include lib/integer
local wallets = {}

local COUPON_WIDTH, CLAIM_WIDTH = 2, 5
-- A claim's row begins with its key. These numbers count from there to the other values.
local SERIAL, PROMOTION, SEQ, AMOUNT = 1, 2, 3, 4
local MAX_CLAIMS = 64
local MAX = 999999999999999

-- True when a list holds whole rows of this width, each with an integer at its end.
local function are_rows(flat, width)
  if type(flat) ~= 'table' or #flat % width ~= 0 then return false end
  for i = width, #flat, width do
    if not integer.within(flat[i], -MAX, MAX) then return false end
  end
  return true
end

-- A stored wallet as a call works on it, empty when there is no record. Raises when the record is
-- not in this layout.
function wallets.open(record)
  local points, red_packet, coupons, claims =
    unpack(record and cmsgpack.unpack(record) or { 0, 0, {}, {} }, 1, 4)
  assert(integer.are_within(-MAX, MAX, points, red_packet) and are_rows(coupons, COUPON_WIDTH)
    and are_rows(claims, CLAIM_WIDTH), 'not a wallet')
  local held = {}
  for i = 1, #coupons, COUPON_WIDTH do held[coupons[i]] = coupons[i + 1] end
  return { points = points, red_packet = red_packet, held = held, claims = claims }
end

function wallets.pack(wallet)
  local coupons = {}
  for promotion, held in pairs(wallet.held) do
    if held ~= 0 then
      coupons[#coupons + 1] = promotion
      coupons[#coupons + 1] = held
    end
  end
  return cmsgpack.pack({ wallet.points, wallet.red_packet, coupons, wallet.claims })
end

-- Writes wallets by shopper, all in one command.
function wallets.save(key, changed)
  hash_fields.set(key, changed, wallets.pack)
end

wallets.EMPTY = cmsgpack.pack({ 0, 0, {}, {} })

function wallets.add_coupons(wallet, promotion, count)
  wallet.held[promotion] = (wallet.held[promotion] or 0) + count
end

-- Serial, promotion, amount and entry of an earlier claim under this key, or nil.
function wallets.claimed_under(wallet, key)
  local claims = wallet.claims
  for i = 1, #claims, CLAIM_WIDTH do
    if claims[i] == key then
      return claims[i + SERIAL], claims[i + PROMOTION], claims[i + AMOUNT], claims[i + SEQ]
    end
  end
end

-- nil when the shopper may claim this promotion once more, otherwise the limit and how much of it
-- is taken.
function wallets.over_limit(wallet, promotion, limit)
  local claims, taken = wallet.claims, 0
  if #claims >= MAX_CLAIMS * CLAIM_WIDTH then return MAX_CLAIMS, MAX_CLAIMS end
  for i = 1, #claims, CLAIM_WIDTH do
    if claims[i + PROMOTION] == promotion then taken = taken + 1 end
  end
  if taken >= limit then return limit, taken end
end

function wallets.add_claim(wallet, key, serial, promotion, seq, amount)
  local claims = wallet.claims
  local n = #claims
  claims[n + 1], claims[n + 2], claims[n + 3] = key, serial, promotion
  claims[n + 4], claims[n + 5] = seq, amount
  if amount > 0 then wallet.red_packet = wallet.red_packet + amount
  else wallets.add_coupons(wallet, promotion, 1) end
end

-- Takes back what a claim gave and frees its key. The wallet falls below 0 when a dead order has
-- spent it; the release of that order fills it up again.
function wallets.forget_claim(wallet, serial)
  local claims, kept = wallet.claims, {}
  for i = 1, #claims, CLAIM_WIDTH do
    if claims[i + SERIAL] == serial then
      local promotion, amount = claims[i + PROMOTION], claims[i + AMOUNT]
      if amount > 0 then wallet.red_packet = wallet.red_packet - amount
      else wallets.add_coupons(wallet, promotion, -1) end
    else
      for j = i, i + CLAIM_WIDTH - 1 do kept[#kept + 1] = claims[j] end
    end
  end
  wallet.claims = kept
end
