import { expect, test } from 'vitest';
import { injectedApi } from '../../world/stage/http.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

test('a sale whose window has passed is over and can still be closed', async () => {
  await shop.open([offer('a')], { closesAtMs: Date.UTC(2025, 0, 2) });
  expect(await shop.buy({ shopper: 'u1' })).toEqual({ code: 'sale_over' });
  const { app, ask } = await injectedApi(shop);
  const operator = ask({ sub: 'op', role: 'operator' });
  for (const _ of ['first', 'again']) {
    const closed = await operator('POST', `/v1/sales/${shop.sale}/close`);
    expect(closed.json()).toMatchObject({ id: shop.sale, state: 'closed' });
  }
  expect(codeOf(await operator('POST', `/v1/sales/${shop.sale}/resume`))).toBe('conflict');
  await app.close();
});

const codeOf = (answer: { json: () => { code: string } }): string => answer.json().code;

test('a paused sale sells again after a resume, a closed one never does', async () => {
  await shop.open([offer('a')]);
  const { app, ask } = await injectedApi(shop);
  const operator = ask({ sub: 'op', role: 'operator' });
  const move = (word: string) => operator('POST', `/v1/sales/${shop.sale}/${word}`);
  expect((await move('pause')).statusCode).toBe(200);
  expect(await shop.buy({ shopper: 'u1' })).toEqual({ code: 'sale_paused' });
  expect(codeOf(await move('open'))).toBe('conflict');
  expect((await move('resume')).statusCode).toBe(200);
  expect(await shop.buy({ shopper: 'u1' })).toMatchObject({ isReplay: false });
  expect((await move('close')).statusCode).toBe(200);
  expect(await shop.buy({ shopper: 'u2' })).toEqual({ code: 'sale_over' });
  await app.close();
});

test('an empty shelf is looked up once, however often buyers ask', async () => {
  await shop.open([offer('a', { cap: 2 })]);
  await shop.buy({ shopper: 'u1' });
  await shop.buy({ shopper: 'u2' });
  const hkeys = async () => {
    const stats = String(await shop.api.redis.info('commandstats'));
    return Number(/cmdstat_hkeys:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };
  const before = await hkeys();
  const looked = { describe: 'the shelf is known to be empty', timeoutMs: 5_000 };
  await until(async () => {
    expect(await shop.buy({ shopper: 'u1' })).toMatchObject({ code: 'sold_out' });
    return (await hkeys()) === before + 1;
  }, looked);
  for (let i = 0; i < 20; i++) {
    expect(await shop.buy({ shopper: 'u1' })).toMatchObject({ code: 'sold_out' });
  }
  expect(await hkeys()).toBe(before + 1);
});
