import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifySchema } from 'fastify';
import Type from 'typebox';
import type { App } from './deps.ts';
import { problems } from './problem-catalogue.ts';
import { strict } from './schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A schema of the headers, only for the reference: the handler checks them. */
    headers?: object;
  }
}

const INFO = {
  title: 'Doorbuster',
  version: '1',
  description:
    'Flash sales. Money is in minor units. Times are RFC 3339 in UTC, with milliseconds.',
};

const text = Type.String();

const ProblemView = Type.Object(
  {
    type: text,
    title: text,
    status: Type.Integer(),
    code: Type.Enum(Object.keys(problems), { type: 'string' }),
    detail: text,
    instance: text,
    errors: Type.Optional(Type.Array(strict({ pointer: text, detail: text }))),
  },
  { additionalProperties: true, description: 'RFC 9457, plus the fields of its code.' },
);

const problem = {
  description: 'A problem, see docs/problems.md.',
  content: { 'application/problem+json': { schema: ProblemView } },
};

const BEARER = { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } as const;

/** Serves the OpenAPI reference at /docs, made from the schemas of every route added later. */
export async function serveOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: INFO, components: { securitySchemes: BEARER } },
    transform: ({ schema, url, route }) => {
      const { facts, headers } = route.config ?? {};
      if (!facts) return { schema: { hide: true }, url };
      const described: FastifySchema = {
        ...schema,
        ...(headers ? { headers } : {}),
        operationId: facts.id,
        tags: [facts.tag],
        // The list of a bearer scheme names the roles that may call.
        security: facts.who === 'anyone' ? [] : [{ bearer: Object.keys(facts.who) }],
        response: { ...(schema?.response as object), default: problem },
      };
      return { schema: described, url };
    },
  });
  await app.register(scalar, { routePrefix: '/docs' });
}
