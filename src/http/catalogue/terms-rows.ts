import type { RouteFacts, RouteRows } from './facts.ts';

const CHANGE = { weight: 4, shed: 'middle' } as const;
const SELLER = { merchant: 'store', operator: 'any' } as const;
const REFUSED = ['not_found', 'conflict'] as const;

const moveOf = (id: string): RouteFacts => ({
  id,
  tag: 'Sales',
  who: { operator: 'any' },
  ...CHANGE,
  problems: REFUSED,
});

export const termsRows = {
  'GET /v1/sales': {
    id: 'listSales',
    tag: 'Sales',
    who: 'anyone',
    weight: 2,
    shed: 'middle',
    problems: [],
  },
  'GET /v1/sales/:sale': {
    id: 'getSale',
    tag: 'Sales',
    who: 'anyone',
    weight: 1,
    shed: 'middle',
    problems: ['not_found'],
  },
  'PUT /v1/sales/:sale': {
    id: 'putSale',
    tag: 'Sales',
    who: { operator: 'any' },
    ...CHANGE,
    problems: REFUSED,
  },
  'POST /v1/sales/:sale/open': moveOf('openSale'),
  'POST /v1/sales/:sale/pause': moveOf('pauseSale'),
  'POST /v1/sales/:sale/resume': moveOf('resumeSale'),
  'POST /v1/sales/:sale/close': moveOf('closeSale'),
  'PUT /v1/sales/:sale/offers/:offer': {
    id: 'putOffer',
    tag: 'Sales',
    who: SELLER,
    ...CHANGE,
    problems: REFUSED,
  },
  'PATCH /v1/sales/:sale/offers/:offer': {
    id: 'patchOffer',
    tag: 'Sales',
    who: SELLER,
    ...CHANGE,
    problems: REFUSED,
  },
  'PUT /v1/sales/:sale/budgets/:budget': {
    id: 'putBudget',
    tag: 'Promotions',
    who: SELLER,
    ...CHANGE,
    problems: REFUSED,
  },
  'PUT /v1/sales/:sale/promotions/:promotion': {
    id: 'putPromotion',
    tag: 'Promotions',
    who: SELLER,
    ...CHANGE,
    problems: REFUSED,
  },
  'POST /v1/sales/:sale/promotions/:promotion/coupons': {
    id: 'grantCoupons',
    tag: 'Promotions',
    who: SELLER,
    ...CHANGE,
    problems: [...REFUSED, 'key_missing', 'key_reused'],
  },
  'PUT /v1/sales/:sale/shoppers/:shopper/balances': {
    id: 'putBalances',
    tag: 'Promotions',
    who: { operator: 'any' },
    ...CHANGE,
    problems: REFUSED,
  },
  'GET /v1/sales/:sale/events': {
    id: 'watchFigures',
    tag: 'Sales',
    who: SELLER,
    weight: 4,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/stream': {
    id: 'watchStock',
    tag: 'Sales',
    who: 'anyone',
    weight: 4,
    shed: 'first',
    problems: ['not_found'],
  },
} as const satisfies RouteRows;
