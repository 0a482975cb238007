import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { Answers } from '../../../src/http/answers.ts';
import { createApp } from '../../../src/http/app.ts';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import { guardRoutes } from '../../../src/http/door/route-policies.ts';
import { ROLES } from '../../../src/domain/people/actor.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import type { HttpDeps } from '../../../src/http/deps.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { TURNS_NOBODY_AWAY } from '../../../proof/fleet/turns-nobody-away.ts';
import { bearer, httpDeps, saleView } from './http-deps.ts';

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
  const limits = readConfig(TURNS_NOBODY_AWAY);
  const app = await createApp(httpDeps({ limits }));
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

test('anyone may send a token, and a bad one is refused; probes ignore it', async () => {
  const viewers: string[] = [];
  const saleViewById: HttpDeps['terms']['saleViewById'] = (id, { kind }) => {
    viewers.push(kind);
    return saleView(id);
  };
  const app = await createApp(httpDeps({ saleViewById }));
  const ask = (url: string, headers = {}) => app.inject({ url, headers });
  await ask('/v1/sales/friday');
  for (const role of ROLES) await ask('/v1/sales/friday', bearer(role));
  // Shoppers read the page that the public got.
  expect(viewers).toEqual(['public', 'store', 'operator']);
  const bad = { authorization: 'Bearer x.y.z' };
  const refused = await ask('/v1/sales/friday', bad);
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  expect((await ask('/v1/sales', bad)).statusCode).toBe(401);
  expect((await ask('/healthz', bad)).statusCode).toBe(200);
});

test('no cache keeps what a merchant or an operator sees of a sale for others', async () => {
  const app = await createApp(httpDeps());
  for (const role of ROLES) {
    const { headers } = await app.inject({ url: '/v1/sales/friday', headers: bearer(role) });
    const isPublic = role === 'shopper';
    expect(headers['cache-control'], role).toMatch(
      isPublic ? /^public, max-age=1,/ : /^private, no-cache$/,
    );
  }
});

test('a route fails at start when the catalogue lacks it, or when nothing checks tokens', () => {
  const app = fastify();
  guardRoutes(app as never, new Answers(httpDeps(), () => ''));
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
