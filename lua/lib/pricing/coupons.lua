-- coupons: the coupons that an order names, and what the order takes from its shopper's wallet.
--@include lib/wallets
local coupons = {}

-- A refusal when the sale has no such coupon (`unknown`), or the wallet does not hold a named one,
-- or the order names one twice: a coupon counts once.
function coupons.refusal(wallet, named, unknown)
  if unknown then return { 'coupon_unavailable', unknown } end
  local seen = {}
  for _, promotion in ipairs(named) do
    if seen[promotion] or (wallet.held[promotion] or 0) < 1 then
      return { 'coupon_unavailable', promotion }
    end
    seen[promotion] = true
  end
end

-- Takes the coupons, points and red packet that were applied (lib/pricing/price_cart) from the
-- wallet; what did not apply stays in it. True when the wallet changed.
function coupons.use(wallet, priced)
  if not next(priced.used) then return false end
  for _, promotion in pairs(priced.used) do
    if promotion.coupon then wallets.add_coupons(wallet, promotion.id, -1) end
  end
  wallet.points = wallet.points - priced.points_used
  wallet.red_packet = wallet.red_packet - priced.red_packet_used
  return true
end
