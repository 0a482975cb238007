import swagger from '@fastify/swagger';
import type { App } from '../deps.ts';
import { eventWebhooks } from '../webhooks/event-reference.ts';
import { describedRoute } from './describe-route.ts';
import { finishDocument } from './finish-document.ts';

const INFO = {
  title: 'Doorbuster',
  version: '1',
  description: [
    'Flash sales. Money is in minor units. Times are RFC 3339 in UTC, with milliseconds.',
    '## Get a token',
    'Every route but the public ones needs `Authorization: Bearer` with a signed token. Your ' +
      'platform signs it; the service only verifies it. For development the command line signs ' +
      'one: `./doorbuster token --role shopper --sub alice`. Roles are `shopper`, `merchant` ' +
      '(with a `store`) and `operator`.',
    '## Errors',
    'Every error is a problem (RFC 9457) with a `code`, a `detail` for you and a `message` that ' +
      'you may show to a shopper. Its `type` is a path of this service that explains the code.',
  ].join('\n\n'),
};

const TAGS = {
  Sales: 'What is on sale, from when, at which price, and how much is left.',
  Orders: 'Prices of carts, orders, and what becomes of them.',
  Promotions: 'Discounts, coupons, red packets and budgets.',
  Payments: 'Paying and refunding.',
  Webhooks: 'Signed events for your systems.',
  Operations: 'Audit, status, health and metrics.',
} as const;

const BEARER = { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } as const;

/** Describes every route that is added after this call by its schemas, for `app.swagger()`. */
export async function documentRoutes(app: App): Promise<void> {
  const tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      tags,
      components: { securitySchemes: BEARER },
      webhooks: eventWebhooks,
    },
    transform: ({ schema, url, route }) => {
      const { config } = route;
      if (!config?.facts || schema?.hide) return { schema: { hide: true }, url };
      const mayHaveBody = route.method !== 'GET';
      return { schema: describedRoute(schema, config, config.facts, mayHaveBody), url };
    },
    transformObject: (document) =>
      'openapiObject' in document ? finishDocument(document.openapiObject) : document.swaggerObject,
  });
}
