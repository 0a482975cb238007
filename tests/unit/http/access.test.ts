import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { Answers } from '../../../src/http/answers.ts';
import { createApp } from '../../../src/http/app.ts';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import { guardRoutes } from '../../../src/http/door/route-policies.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import { bearer, httpDeps } from './http-deps.ts';

interface Operation {
  readonly security: readonly { bearer: readonly Role[] }[];
}

/** Every route of the API reference with the roles it names. */
async function routesOf(app: Awaited<ReturnType<typeof createApp>>) {
  const { paths } = app.swagger() as unknown as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      method: method.toUpperCase() as 'GET',
      url: path.replace('{sale}', 'friday').replaceAll(/\{\w+\}/g, 'x'),
      roles: security[0]?.bearer ?? null,
    })),
  );
}

test('every route lets in the roles it names and nobody else', async () => {
  const app = await createApp(httpDeps());
  const routes = await routesOf(app);
  for (const { method, url, roles } of routes) {
    const anonymous = await app.inject({ method, url });
    expect(anonymous.statusCode === 401, `${method} ${url}`).toBe(roles !== null);
    for (const role of ['shopper', 'merchant', 'operator'] as const) {
      const { statusCode } = await app.inject({ method, url, headers: bearer(role) });
      const isForbidden = roles !== null && !roles.includes(role);
      expect(statusCode === 403, `${role} ${method} ${url}`).toBe(isForbidden);
      expect(statusCode, `${role} ${method} ${url}`).not.toBe(401);
    }
  }
});

test('a route fails at start when the catalogue lacks it, or when nothing checks tokens', () => {
  const app = fastify();
  guardRoutes(app as never, new Answers(httpDeps()));
  expect(() => app.get('/open', () => '')).toThrow('the catalogue of routes lacks: GET /open');
  expect(() => app.get('/v1/orders/:order', () => '')).toThrow('no token check for');
});

test('each row of the catalogue has its route, and names of operations are unique', async () => {
  const app = await createApp(httpDeps());
  const routes = await routesOf(app);
  expect(routes).toHaveLength(Object.keys(catalogue).length);
  const ids = Object.values(catalogue).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
