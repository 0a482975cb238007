import type { RouteFacts, RouteRows } from './facts.ts';

const CHANGE = { weight: 4, shed: 'middle' } as const;
const SELLER = { merchant: 'store', operator: 'any' } as const;
const REFUSED = ['not_found', 'conflict'] as const;
const CONDITIONS = ['precondition_failed', 'precondition_required'] as const;
/** A PUT, PATCH or DELETE. */
const WRITE = { ...CHANGE, problems: [...REFUSED, ...CONDITIONS] } as const;
const READ = { weight: 2, shed: 'middle', problems: ['not_found'] } as const;

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
    problems: [...REFUSED, ...CONDITIONS],
  },
  'POST /v1/sales/:sale/open': moveOf('openSale'),
  'POST /v1/sales/:sale/pause': moveOf('pauseSale'),
  'POST /v1/sales/:sale/resume': moveOf('resumeSale'),
  'POST /v1/sales/:sale/close': moveOf('closeSale'),
  'PUT /v1/sales/:sale/offers/:offer': {
    id: 'putOffer',
    tag: 'Sales',
    who: SELLER,
    ...WRITE,
  },
  'PATCH /v1/sales/:sale/offers/:offer': {
    id: 'patchOffer',
    tag: 'Sales',
    who: SELLER,
    ...WRITE,
  },
  'PUT /v1/sales/:sale/budgets/:budget': {
    id: 'putBudget',
    tag: 'Promotions',
    who: SELLER,
    ...WRITE,
  },
  'PUT /v1/sales/:sale/promotions/:promotion': {
    id: 'putPromotion',
    tag: 'Promotions',
    who: SELLER,
    ...WRITE,
  },
  'POST /v1/sales/:sale/promotions/:promotion/preview': {
    id: 'previewPromotion',
    tag: 'Promotions',
    who: SELLER,
    weight: 10,
    shed: 'first',
    isPreview: true,
    problems: [...REFUSED, 'unknown_offer'],
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
    ...WRITE,
  },
  'GET /v1/sales/:sale/offers/:offer': {
    id: 'getOffer',
    tag: 'Sales',
    who: SELLER,
    ...READ,
  },
  'DELETE /v1/sales/:sale/offers/:offer': {
    id: 'deleteOffer',
    tag: 'Sales',
    who: SELLER,
    ...WRITE,
  },
  'GET /v1/sales/:sale/budgets/:budget': {
    id: 'getBudget',
    tag: 'Promotions',
    who: SELLER,
    ...READ,
  },
  'DELETE /v1/sales/:sale/budgets/:budget': {
    id: 'deleteBudget',
    tag: 'Promotions',
    who: SELLER,
    ...WRITE,
  },
  'GET /v1/sales/:sale/promotions': {
    id: 'listPromotions',
    tag: 'Promotions',
    who: SELLER,
    weight: 4,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/promotions/:promotion': {
    id: 'getPromotion',
    tag: 'Promotions',
    who: SELLER,
    ...READ,
  },
  'DELETE /v1/sales/:sale/promotions/:promotion': {
    id: 'deletePromotion',
    tag: 'Promotions',
    who: SELLER,
    ...WRITE,
  },
  'GET /v1/sales/:sale/shoppers/:shopper/balances': {
    id: 'getBalances',
    tag: 'Promotions',
    who: { operator: 'any' },
    ...READ,
  },
  'PUT /v1/sales/:sale/file': {
    id: 'putSaleFile',
    tag: 'Sales',
    who: { operator: 'any' },
    weight: 40,
    shed: 'middle',
    problems: [...REFUSED, ...CONDITIONS],
  },
  'GET /v1/sales/:sale/terms': {
    id: 'getSaleTerms',
    tag: 'Sales',
    who: { operator: 'any' },
    ...READ,
  },
  'DELETE /v1/sales/:sale': {
    id: 'deleteSale',
    tag: 'Sales',
    who: { operator: 'any' },
    ...WRITE,
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
