import { ORDER_MISS_WEIGHT } from './facts.ts';
import type { RouteRows } from './facts.ts';

const WINDOW = ['not_found', 'sale_not_open', 'sale_over', 'sale_paused'] as const;
const CART = ['unknown_offer', 'coupon_unavailable', 'balance_short'] as const;
const KEY = ['key_missing', 'key_reused'] as const;

export const sellingRows = {
  'POST /v1/sales/:sale/orders': {
    id: 'placeOrder',
    tag: 'Orders',
    who: { shopper: 'own' },
    weight: 1,
    shed: 'last',
    problems: [...WINDOW, ...CART, ...KEY, 'sold_out', 'limit_reached', 'price_changed'],
  },
  'GET /v1/orders/:order': {
    id: 'getOrder',
    tag: 'Orders',
    who: { shopper: 'own' },
    weight: 2,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'middle',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/orders': {
    id: 'listOrders',
    tag: 'Orders',
    who: { shopper: 'own' },
    weight: 4,
    shed: 'first',
    problems: ['not_found'],
  },
  'POST /v1/sales/:sale/quotes': {
    id: 'quote',
    tag: 'Orders',
    who: 'anyone',
    weight: 10,
    shed: 'first',
    problems: ['not_found', 'sale_not_open', ...CART],
  },
  'POST /v1/sales/:sale/promotions/:promotion/claims': {
    id: 'claim',
    tag: 'Promotions',
    who: { shopper: 'own' },
    weight: 1,
    shed: 'last',
    problems: [...WINDOW, ...KEY, 'sold_out', 'limit_reached', 'coupon_unavailable'],
  },
  'GET /v1/sales/:sale/wallet': {
    id: 'getWallet',
    tag: 'Promotions',
    who: { shopper: 'own' },
    weight: 2,
    shed: 'first',
    problems: ['not_found', 'sale_not_open'],
  },
} as const satisfies RouteRows;
