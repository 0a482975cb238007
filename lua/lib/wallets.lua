-- wallets: field shopper -> msgpack { points, red_packet (minor units), coupons, claims } with
--   coupons  promotion, held, promotion ... flat
--   claims   key, serial, promotion, amount (minor units; 0: a coupon), key ... flat
-- src/cell/selling/wallets.ts reads and writes the same.
--@include lib/hash_fields
--@include lib/integer
local wallets = {}

local CLAIM_WIDTH = 4
local MAX_CLAIMS = 64
local MAX = 999999999999999

-- True for whole rows of this width that end with an integer.
local function are_rows(flat, width)
  if type(flat) ~= 'table' or #flat % width ~= 0 then return false end
  for i = width, #flat, width do
    if not integer.within(flat[i], -MAX, MAX) then return false end
  end
  return true
end

-- What a call works on; raises when the record is none of ours.
function wallets.open(record)
  local w = record and cmsgpack.unpack(record) or { 0, 0, {}, {} }
  assert(integer.are_within(-MAX, MAX, w[1], w[2]) and are_rows(w[3], 2)
    and are_rows(w[4], CLAIM_WIDTH), 'not a wallet')
  local held = {}
  for i = 1, #w[3], 2 do held[w[3][i]] = w[3][i + 1] end
  return { points = w[1], red_packet = w[2], held = held, claims = w[4] }
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

-- serial, promotion, amount of the claim made before under this key, or nil.
function wallets.claimed_under(wallet, key)
  local claims = wallet.claims
  for i = 1, #claims, CLAIM_WIDTH do
    if claims[i] == key then return claims[i + 1], claims[i + 2], claims[i + 3] end
  end
end

-- limit and what is taken of it, when one claim more would pass it; else nil.
function wallets.over_limit(wallet, promotion, limit)
  local claims, taken = wallet.claims, 0
  if #claims >= MAX_CLAIMS * CLAIM_WIDTH then return MAX_CLAIMS, MAX_CLAIMS end
  for i = 1, #claims, CLAIM_WIDTH do
    if claims[i + 2] == promotion then taken = taken + 1 end
  end
  if taken >= limit then return limit, taken end
end

function wallets.add_claim(wallet, key, serial, promotion, amount)
  local claims = wallet.claims
  local n = #claims
  claims[n + 1], claims[n + 2], claims[n + 3], claims[n + 4] = key, serial, promotion, amount
  if amount > 0 then wallet.red_packet = wallet.red_packet + amount
  else wallets.add_coupons(wallet, promotion, 1) end
end

-- Takes back what a claim gave; its key is free. Where it was spent by an order that is buried too,
-- it is below 0 until that one is released.
function wallets.forget_claim(wallet, serial)
  local claims, kept = wallet.claims, {}
  for i = 1, #claims, CLAIM_WIDTH do
    if claims[i + 1] == serial then
      local promotion, amount = claims[i + 2], claims[i + 3]
      if amount > 0 then wallet.red_packet = wallet.red_packet - amount
      else wallets.add_coupons(wallet, promotion, -1) end
    else
      for j = i, i + CLAIM_WIDTH - 1 do kept[#kept + 1] = claims[j] end
    end
  end
  wallet.claims = kept
end
