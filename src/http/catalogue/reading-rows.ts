import { ORDER_MISS_WEIGHT } from './facts.ts';
import type { RouteRows } from './facts.ts';

const SELLER = { merchant: 'store', operator: 'any' } as const;
const EVERYONE_OWN = { shopper: 'own', ...SELLER } as const;

export const readingRows = {
  'GET /v1/sales/:sale/seller-orders': {
    id: 'listSellerOrders',
    tag: 'Orders',
    who: SELLER,
    weight: 10,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/seller-orders/export': {
    id: 'exportSellerOrders',
    tag: 'Orders',
    who: SELLER,
    weight: 40,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/orders': {
    id: 'listOwnOrders',
    tag: 'Orders',
    who: { shopper: 'own' },
    weight: 8,
    shed: 'first',
    problems: [],
  },
  'GET /v1/sales/:sale/figures': {
    id: 'getFigures',
    tag: 'Sales',
    who: SELLER,
    weight: 10,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/figures/by-minute': {
    id: 'getFiguresByMinute',
    tag: 'Sales',
    who: SELLER,
    weight: 20,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/budgets': {
    id: 'listBudgets',
    tag: 'Promotions',
    who: SELLER,
    weight: 4,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/orders/:order/details': {
    id: 'getOrderDetails',
    tag: 'Orders',
    who: EVERYONE_OWN,
    weight: 4,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'middle',
    problems: ['not_found'],
  },
  'GET /v1/orders/:order/payments': {
    id: 'listPayments',
    tag: 'Payments',
    who: { shopper: 'own', operator: 'any' },
    weight: 4,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'middle',
    problems: ['not_found'],
  },
  'GET /v1/orders/:order/refunds': {
    id: 'listRefunds',
    tag: 'Payments',
    who: EVERYONE_OWN,
    weight: 4,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'middle',
    problems: ['not_found'],
  },
} as const satisfies RouteRows;
