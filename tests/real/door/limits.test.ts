import { afterEach, expect, test } from 'vitest';
import { bearer } from '../../../proof/builders/secrets.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { apiOf } from '../../world/stage/http.ts';
import { Shop } from '../../world/stage/shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { until } from '../../world/servers/wait-until.ts';

/** As `docs/limits.md` says. */
const STREAMS_EACH = 20;

let shop: Shop;
withStage('file', open, (made) => (shop = made));
const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

async function open(world: World): Promise<Shop> {
  const made = await Shop.create(world);
  await made.open([offer('mug')]);
  return made;
}

/** The api of the shop, which listens. @returns asks as a merchant of store-1 */
async function serve(environment: Readonly<Record<string, string>> = {}) {
  const { app } = await apiOf(shop, { environment });
  closings.push(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return (sub: string, path: string, more: RequestInit = {}) => {
    const authorization = bearer({ sub, role: 'merchant', store: 'store-1' });
    return fetch(`${origin}/v1/sales/${shop.sale}${path}`, {
      ...more,
      headers: { authorization, 'content-type': 'application/json' },
    });
  };
}

test('the running api holds all changes of one store to its limit', async () => {
  const ask = await serve({ RATE_LIMITS: 'store=1/s:8' });
  const change = (sub: string, cap: number) =>
    ask(sub, '/offers/mug', { method: 'PATCH', body: JSON.stringify({ cap }) });
  expect((await change('m1', 20)).status).toBe(200);
  expect((await change('m2', 30)).status).toBe(200);
  const refused = await change('m3', 40);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('ratelimit-policy')).toBe('"store";q=8;w=8');
  expect((await ask('m3', '/webhooks')).status).toBe(200);
  await shop.api.directory.refresh();
  const { offers } = shop.api.directory.sale(shop.sale)!;
  expect(offers.get('mug' as never)).toMatchObject({ cap: 30 });
});

test('a caller may have twenty live streams, and a closed one makes room', async () => {
  const ask = await serve();
  const controllers: AbortController[] = [];
  const stream = async (sub: string) => {
    const controller = new AbortController();
    controllers.push(controller);
    const { status } = await ask(sub, '/events', { signal: controller.signal });
    return status;
  };
  closings.unshift(async () => controllers.forEach((one) => one.abort()));
  for (let n = 0; n < STREAMS_EACH; n++) expect(await stream('m1')).toBe(200);
  expect(await stream('m1')).toBe(429);
  expect(await stream('m2')).toBe(200);
  controllers[0]!.abort();
  await until(async () => (await stream('m1')) === 200, { describe: 'there is room for one' });
});
