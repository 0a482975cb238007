import type { RouteRows } from './facts.ts';

const SELLER = { merchant: 'store', operator: 'any' } as const;
const ROW = { tag: 'Webhooks', who: SELLER, weight: 4 } as const;
const READ = { ...ROW, shed: 'first', problems: ['not_found'] } as const;
const CHANGE = { ...ROW, shed: 'middle', problems: ['not_found', 'conflict'] } as const;

export const webhookRows = {
  'PUT /v1/sales/:sale/webhooks/:webhook': { id: 'putWebhook', ...CHANGE },
  'GET /v1/sales/:sale/webhooks': { id: 'listWebhooks', ...READ },
  'DELETE /v1/sales/:sale/webhooks/:webhook': { id: 'deleteWebhook', ...CHANGE },
  'POST /v1/sales/:sale/webhooks/:webhook/rotate': { id: 'rotateWebhook', ...CHANGE },
  'GET /v1/sales/:sale/webhooks/:webhook/deliveries': { id: 'listDeliveries', ...READ },
  'POST /v1/sales/:sale/webhooks/:webhook/replay': { id: 'replayDeliveries', ...CHANGE },
} as const satisfies RouteRows;
