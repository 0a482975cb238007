import type { RouteRows } from './facts.ts';

const SELLER = { merchant: 'store', operator: 'any' } as const;
const ROW = { tag: 'Webhooks', who: SELLER, weight: 4 } as const;
const READ = { ...ROW, shed: 'first', problems: ['not_found'] } as const;
const REFUSED = ['not_found', 'conflict'] as const;
const CHANGE = { ...ROW, shed: 'middle', problems: REFUSED } as const;
const WRITE = {
  ...CHANGE,
  problems: [...REFUSED, 'precondition_failed', 'precondition_required'],
} as const;
/** Each owner names endpoints freely, so nobody can name those of others. */
const OWN = { who: { merchant: 'store', operator: 'own' } } as const;
/** We make a request of our own, and wait for its answer. */
const TEST = { ...ROW, weight: 20, shed: 'first', problems: ['not_found'], ...OWN } as const;

const OF_SALE = '/v1/sales/:sale/webhooks';
const OF_ALL = '/v1/webhooks';

export const webhookRows = {
  [`PUT ${OF_SALE}/:webhook`]: { id: 'putWebhook', ...WRITE },
  [`PATCH ${OF_SALE}/:webhook`]: { id: 'patchWebhook', ...WRITE, ...OWN },
  [`GET ${OF_SALE}`]: { id: 'listWebhooks', ...READ },
  [`GET ${OF_SALE}/:webhook`]: { id: 'getWebhook', ...READ, ...OWN },
  [`DELETE ${OF_SALE}/:webhook`]: { id: 'deleteWebhook', ...WRITE, ...OWN },
  [`POST ${OF_SALE}/:webhook/rotate`]: { id: 'rotateWebhook', ...CHANGE, ...OWN },
  [`POST ${OF_SALE}/:webhook/test`]: { id: 'testWebhook', ...TEST },
  [`GET ${OF_SALE}/:webhook/deliveries`]: { id: 'listDeliveries', ...READ, ...OWN },
  [`GET ${OF_SALE}/:webhook/deliveries/:delivery`]: { id: 'getDelivery', ...READ, ...OWN },
  [`POST ${OF_SALE}/:webhook/deliveries/:delivery/replay`]: {
    id: 'replayDelivery',
    ...CHANGE,
    ...OWN,
  },
  [`POST ${OF_SALE}/:webhook/replay`]: { id: 'replayDeliveries', ...CHANGE, ...OWN },
  [`PUT ${OF_ALL}/:webhook`]: { id: 'putWebhookOfAllSales', ...WRITE },
  [`PATCH ${OF_ALL}/:webhook`]: { id: 'patchWebhookOfAllSales', ...WRITE, ...OWN },
  [`GET ${OF_ALL}`]: { id: 'listWebhooksOfAllSales', ...READ },
  [`GET ${OF_ALL}/:webhook`]: { id: 'getWebhookOfAllSales', ...READ, ...OWN },
  [`DELETE ${OF_ALL}/:webhook`]: { id: 'deleteWebhookOfAllSales', ...WRITE, ...OWN },
  [`POST ${OF_ALL}/:webhook/rotate`]: { id: 'rotateWebhookOfAllSales', ...CHANGE, ...OWN },
  [`POST ${OF_ALL}/:webhook/test`]: { id: 'testWebhookOfAllSales', ...TEST },
  [`GET ${OF_ALL}/:webhook/deliveries`]: { id: 'listDeliveriesOfAllSales', ...READ, ...OWN },
  [`GET ${OF_ALL}/:webhook/deliveries/:delivery`]: { id: 'getDeliveryOfAllSales', ...READ, ...OWN },
  [`POST ${OF_ALL}/:webhook/deliveries/:delivery/replay`]: {
    id: 'replayDeliveryOfAllSales',
    ...CHANGE,
    ...OWN,
  },
  [`POST ${OF_ALL}/:webhook/replay`]: { id: 'replayDeliveriesOfAllSales', ...CHANGE, ...OWN },
} as const satisfies RouteRows;
