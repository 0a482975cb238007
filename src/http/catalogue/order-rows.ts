import { ORDER_MISS_WEIGHT } from './facts.ts';
import type { RouteRows } from './facts.ts';

export const orderRows = {
  'POST /v1/orders/:order/payments': {
    id: 'startPayment',
    tag: 'Payments',
    who: { shopper: 'own' },
    weight: 2,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'last',
    problems: ['not_found', 'not_payable'],
  },
  'POST /v1/orders/:order/cancel': {
    id: 'cancelOrder',
    tag: 'Orders',
    who: { shopper: 'own', operator: 'any' },
    weight: 2,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'last',
    problems: ['not_found', 'conflict', 'not_refundable', 'key_reused'],
  },
  'GET /v1/orders/:order/moves': {
    id: 'listMoves',
    tag: 'Orders',
    who: { shopper: 'own', operator: 'any' },
    weight: 2,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'first',
    problems: ['not_found'],
  },
  'POST /v1/orders/:order/refunds': {
    id: 'refundOrder',
    tag: 'Payments',
    who: { merchant: 'store', operator: 'any' },
    weight: 4,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'middle',
    problems: ['not_found', 'not_refundable', 'key_missing', 'key_reused'],
  },
  'POST /v1/orders/:order/refunds/preview': {
    id: 'previewRefund',
    tag: 'Payments',
    who: { merchant: 'store', operator: 'any' },
    weight: 4,
    missWeight: ORDER_MISS_WEIGHT,
    shed: 'middle',
    isPreview: true,
    problems: ['not_found', 'not_refundable'],
  },
  'POST /v1/payment-events': {
    id: 'receivePaymentEvent',
    tag: 'Payments',
    who: 'tokenless',
    // A provider sends all events of a rush from few addresses, and each of them is money.
    weight: 0,
    shed: 'never',
    problems: ['unauthenticated', 'rate_limited'],
  },
  'GET /v1/sales/:sale/report': {
    id: 'getReport',
    tag: 'Promotions',
    who: { merchant: 'store', operator: 'any' },
    weight: 20,
    shed: 'first',
    problems: ['not_found'],
  },
} as const satisfies RouteRows;
