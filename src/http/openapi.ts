import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifySchema } from 'fastify';
import Type from 'typebox';
import type { App } from './deps.ts';
import { problems } from './problems.ts';
import { strict } from './schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A schema of the headers, for the reference only: what checks them is the handler. */
    headers?: object;
  }
}

const INFO = {
  title: 'Doorbuster',
  version: '1',
  description: 'Flash sales. Money in minor units, times RFC 3339 UTC with milliseconds.',
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
  { additionalProperties: true, description: 'RFC 9457, with the fields of its code.' },
);

const problem = {
  description: 'A problem: see docs/problems.md',
  content: { 'application/problem+json': { schema: ProblemView } },
};

const BEARER = { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } as const;

/** The API reference at /docs, made from the schemas of every route that comes after it. */
export async function addReference(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: INFO, components: { securitySchemes: BEARER } },
    transform: ({ schema, url, route }) => {
      const { policy, headers } = route.config ?? {};
      const described: FastifySchema = {
        ...schema,
        ...(headers ? { headers } : {}),
        // For a bearer the list names the roles that may call.
        security: policy === 'anyone' ? [] : [{ bearer: policy ?? [] }],
        response: { ...(schema?.response as object), default: problem },
      };
      return { schema: policy === undefined ? { hide: true } : described, url };
    },
  });
  await app.register(scalar, { routePrefix: '/docs' });
}
