/** A value for each parameter of a path, by its name. All examples tell of the same sale. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  sale: 'friday',
  offer: 'mug',
  budget: 'spring-money',
  promotion: 'spring-coupon',
  shopper: 'alice',
  order: 'friday_0_hVm0s2yTq1uVQm5c8dLx4w',
  webhook: 'shop-orders',
  code: 'sold_out',
};

/** A body for each operation that takes one, by its name. A test sends each of them. */
export const BODIES: Readonly<Record<string, object>> = {
  putSale: {
    name: 'Friday drop',
    currency: 'CNY',
    opensAt: '2025-11-28T00:00:00+08:00',
    closesAt: '2099-11-29T00:00:00+08:00',
    payWithinSeconds: 900,
    stores: [{ store: 'kiln-and-cup', offersMax: 50 }],
  },
  putOffer: {
    store: 'kiln-and-cup',
    title: 'Ceramic travel mug, 350 ml',
    price: 5900,
    listPrice: 7900,
    cap: 500,
    limitPerShopper: 4,
    categories: ['kitchen'],
    warnAt: { units: 20 },
  },
  patchOffer: { price: 4900, cap: 600 },
  putBudget: { amount: 1_000_000, policy: 'partial' },
  putPromotion: {
    layer: 'category',
    coupon: true,
    categories: ['kitchen'],
    effect: { kind: 'fixed', off: 500, from: 5000 },
    budget: 'spring-money',
    funder: 'platform',
    claims: { quota: 1000, limitPerShopper: 1 },
  },
  grantCoupons: { shoppers: ['alice', 'bob'], each: 1 },
  putBalances: { points: 500, redPacket: 300 },
  quote: { lines: [{ offer: 'mug', quantity: 2 }], best: true },
  claim: {},
  placeOrder: {
    lines: [{ offer: 'mug', quantity: 2 }],
    coupons: ['spring-coupon'],
    redPacket: 'max',
    points: 100,
  },
  startPayment: {},
  cancelOrder: {},
  refundOrder: { lines: [{ line: 0, quantity: 1 }], restock: true },
  putWebhook: { url: 'https://shop.example/hooks', kinds: ['order.paid', 'order.refunded'] },
  replayDeliveries: { deliveries: ['delivery_1'] },
};
