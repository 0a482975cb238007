import type { RouteRows } from './facts.ts';

const SELLER = { merchant: 'store', operator: 'any' } as const;
const ROW = { tag: 'Webhooks', who: SELLER, weight: 4 } as const;
const READ = { ...ROW, shed: 'first', problems: ['not_found'] } as const;
const CHANGE = { ...ROW, shed: 'middle', problems: ['not_found', 'conflict'] } as const;
/** Each owner names endpoints freely, so nobody can name those of others. */
const OWN = { who: { merchant: 'store', operator: 'own' } } as const;

export const webhookRows = {
  'PUT /v1/sales/:sale/webhooks/:webhook': { id: 'putWebhook', ...CHANGE },
  'GET /v1/sales/:sale/webhooks': { id: 'listWebhooks', ...READ },
  'DELETE /v1/sales/:sale/webhooks/:webhook': { id: 'deleteWebhook', ...CHANGE, ...OWN },
  'POST /v1/sales/:sale/webhooks/:webhook/rotate': { id: 'rotateWebhook', ...CHANGE, ...OWN },
  'GET /v1/sales/:sale/webhooks/:webhook/deliveries': { id: 'listDeliveries', ...READ, ...OWN },
  'POST /v1/sales/:sale/webhooks/:webhook/replay': { id: 'replayDeliveries', ...CHANGE, ...OWN },
} as const satisfies RouteRows;
