import { randomBytes } from 'node:crypto';
import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { onRequestHookHandler, onSendHookHandler } from 'fastify';
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

/**
 * Nothing of the page comes from elsewhere, and it sends nothing elsewhere.
 * @param nonce marks the scripts of this answer, so no other script runs
 */
const contentSecurity = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const NONCE_BYTES = 16;

/** Lets only the scripts run that this answer of the page has. */
const secured: onSendHookHandler = async (_request, reply, payload) => {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  reply.header('content-security-policy', contentSecurity(nonce));
  const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
  if (!isPage || typeof payload !== 'string') return payload;
  return payload.replaceAll('<script', `<script nonce="${nonce}"`);
};

/** Leaves out all that the page would offer of its maker's. */
const PAGE = {
  pageTitle: 'Doorbuster API',
  agent: { disabled: true },
  mcp: { disabled: true },
  telemetry: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  // No setting takes the link to the maker away.
  customCss: 'a[href*="scalar.com"] { display: none !important; }',
  authentication: { preferredSecurityScheme: 'bearer' },
} as const;

/**
 * Serves the OpenAPI reference at /docs, made from the schemas of every route added later.
 * @param limit runs before each answer of the page: its script is large
 */
export async function serveReference(app: App, limit: onRequestHookHandler): Promise<void> {
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
      if (!config?.facts) return { schema: { hide: true }, url };
      const mayHaveBody = route.method !== 'GET';
      return { schema: describedRoute(schema, config, config.facts, mayHaveBody), url };
    },
    transformObject: (document) =>
      'openapiObject' in document ? finishDocument(document.openapiObject) : document.swaggerObject,
  });
  await app.register(async (page) => {
    page.addHook('onRequest', limit);
    page.addHook('onSend', secured);
    await page.register(scalar, { routePrefix: '/docs', configuration: PAGE });
  });
}
