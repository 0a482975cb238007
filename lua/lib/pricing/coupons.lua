-- coupons: what an order takes out of its shopper's wallet.
--@include lib/wallets
local coupons = {}

-- unknown: a coupon the sale does not have. A coupon named twice would count once: refused.
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

-- Takes what was applied (lib/layers) out of the wallet; what was not stays unused. True when
-- anything was.
function coupons.use(wallet, priced)
  if not next(priced.used) then return false end
  for _, promotion in pairs(priced.used) do
    if promotion.coupon then wallets.add_coupons(wallet, promotion.id, -1) end
  end
  wallet.points = wallet.points - priced.points_used
  wallet.red_packet = wallet.red_packet - priced.red_packet_used
  return true
end
