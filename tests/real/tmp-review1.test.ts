import { afterEach, beforeEach, test } from 'vitest';
import { placeOf, surely } from '../world/life.ts';
import { payFor } from '../world/pay-for.ts';
import { Shop, offer } from '../world/shop.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

let world: World;
let shop: Shop;
beforeEach(async () => {
  world = await createWorld();
  shop = await Shop.create(world);
});
afterEach(async () => {
  await shop.close();
  await world.dispose();
});
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));

test('sold out memory under payments', async () => {
  await shop.open([offer('a', { cap: 10 }), offer('b', { cap: 100_000 })], { cells: 1 });
  const orders: string[] = [];
  const N = 20_000;
  for (let i = 0; i < N; i += 500) await Promise.all(Array.from({ length: 500 }, async (_, j) => {
    orders.push(surely(await shop.buy({ shopper: `u${i + j}`, offer: 'b' })).order.id);
  }));
  for (let i = 0; i < 10; i++) await shop.buy({ shopper: `a${i}` });
  await shop.settleAll();
  const { pool, redis } = shop.worker;
  const stats = async () => {
    const s = await redis.info('commandstats');
    const of = (n: string) => { const m = new RegExp(`cmdstat_${n}:calls=(\\d+),usec=(\\d+)`).exec(s); return m ? [Number(m[1]), Number(m[2])] : [0, 0]; };
    return { evalsha: of('evalsha'), hkeys: of('hkeys') };
  };
  const rush = async (isPaying: boolean, everyMs: number) => {
    for (let i = 0; i < 30; i++) { await shop.buy({ shopper: 'x' }); await wait(20); }
    const before = await stats();
    let done = false;
    let paid = 0;
    const place = await placeOf(shop);
    const paying = (async () => {
      while (!done && isPaying) { await payFor(pool, orders.pop() as never); await shop.worker.delivery.push(place.id); paid++; await wait(everyMs); }
    })();
    const until = performance.now() + 3000;
    let buys = 0;
    while (performance.now() < until) { for (let i = 0; i < 20; i++) { await shop.buy({ shopper: `n${buys++}` }); } await wait(1); }
    done = true;
    await paying;
    const after = await stats();
    console.log({ isPaying, everyMs, paid, buys, evalshas: after.evalsha[0]! - before.evalsha[0]!, hkeys: after.hkeys[0]! - before.hkeys[0]!, hkeysUs: after.hkeys[1]! - before.hkeys[1]! });
  };
  await rush(false, 0);
  await rush(true, 200);
  await rush(true, 20);
}, 120_000);
