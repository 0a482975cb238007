import { EVENT_KINDS } from '../../domain/webhook.ts';
import type { EventKind } from '../../domain/webhook.ts';
import { eventBodies, pascalKind } from './event-bodies.ts';

/** When an event of each kind is sent. */
const SENT: Readonly<Record<EventKind, string>> = {
  'order.placed': 'An order was settled into the ledger: it is held until it is paid',
  'order.paid': 'An order was paid',
  'order.expired': 'An order was not paid in time',
  'order.cancelled': 'An order was cancelled',
  'order.refunded': 'Some or all of an order was refunded',
  'payment.failed': 'A payment failed; the order may still be paid by another one',
  'refund.failed': 'Money could not be sent back, and an operator must look at it',
  'stock.low': 'An offer reached its warning line',
  'stock.sold_out': 'Nothing is left of an offer',
  'stock.back': 'Something is left of an offer again',
  'offer.changed': 'The price, cap, window or pause of an offer changed',
  'sale.opened': 'An operator opened a sale',
  'sale.paused': 'An operator paused a sale',
  'sale.resumed': 'An operator resumed a sale',
  'sale.closed': 'An operator closed a sale',
  'test.ping': 'Somebody tests the endpoint',
};

const header = (name: string, description: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' as const },
});

const HEADERS = [
  header('webhook-id', 'The same at every try: the `id` of the body.'),
  header('webhook-timestamp', 'When this try was made, in seconds since 1970.'),
  header('webhook-signature', 'One or more of `v1,<base64>`, separated by spaces.'),
];

const operationOf = (kind: EventKind) => ({
  post: {
    operationId: `on${pascalKind(kind)}`,
    tags: ['Webhooks'],
    summary: SENT[kind],
    security: [],
    parameters: HEADERS,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: eventBodies[kind] } },
    },
    responses: { '2XX': { description: 'The event is taken. Any other answer is a failure.' } },
  },
});

/** The requests that endpoints receive, as OpenAPI 3.1 describes them. */
export const eventWebhooks = Object.fromEntries(
  EVENT_KINDS.map((kind) => [kind, operationOf(kind)]),
);
