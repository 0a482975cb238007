import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifySchema, onRequestHookHandler } from 'fastify';
import type { RouteFacts } from '../catalogue/facts.ts';
import type { App } from '../deps.ts';
import { nameSchemas } from './name-schemas.ts';
import { codesOf, problemResponses } from './problem-schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A schema of the headers, only for the reference: the handler checks them. */
    headers?: object;
  }
}

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

/** Nothing of the page comes from elsewhere, and it sends nothing elsewhere. */
const CONTENT_SECURITY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Leaves out all that the page would offer of its maker's. */
const PAGE = {
  agent: { disabled: true },
  mcp: { disabled: true },
  telemetry: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
} as const;

interface Named {
  readonly components?: { readonly schemas?: Record<string, unknown> };
  readonly paths?: Record<string, unknown>;
}

/** Puts schemas that have a name among the components. */
function withNames<Document extends Named>(document: Document): Document {
  const schemas: Record<string, unknown> = {};
  const paths = nameSchemas(document.paths, schemas) as Document['paths'];
  const sorted = Object.fromEntries(
    Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const components = { ...document.components, schemas: sorted };
  return { ...document, paths, components };
}

/** The list of a bearer scheme names the roles that may call. An empty row: without a token. */
function securityOf({ who }: RouteFacts): { bearer?: string[] }[] {
  if (who === 'tokenless') return [];
  return who === 'anyone' ? [{}, { bearer: [] }] : [{ bearer: Object.keys(who) }];
}

/**
 * Serves the OpenAPI reference at /docs, made from the schemas of every route added later.
 * @param limit runs before each answer of the page: its script is large
 */
export async function serveReference(app: App, limit: onRequestHookHandler): Promise<void> {
  const tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: INFO, tags, components: { securitySchemes: BEARER } },
    transform: ({ schema, url, route }) => {
      const { facts, headers } = route.config ?? {};
      if (!facts) return { schema: { hide: true }, url };
      const codes = codesOf(facts, schema?.body !== undefined);
      const described: FastifySchema = {
        ...schema,
        ...(headers ? { headers } : {}),
        operationId: facts.id,
        tags: [facts.tag],
        security: securityOf(facts),
        response: { ...(schema?.response as object), ...problemResponses(codes) },
      };
      return { schema: described, url };
    },
    transformObject: (document) =>
      'openapiObject' in document ? withNames(document.openapiObject) : document.swaggerObject,
  });
  await app.register(async (page) => {
    page.addHook('onRequest', limit);
    page.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', CONTENT_SECURITY);
    });
    await page.register(scalar, { routePrefix: '/docs', configuration: PAGE });
  });
}
