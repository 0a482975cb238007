import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { homeCell } from '../../../src/domain/ids.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

const CELLS = 12;
const soon = (describe: string) => ({ describe, timeoutMs: 20_000 });

async function settledCells(): Promise<number> {
  const text = 'select count(*)::int as n from cells where sale = $1 and settled_orders > 0';
  return (await shop.worker.pool.query(text, [shop.sale])).rows[0].n;
}

/** A new shopper in each call, at home in this cell. */
function shopperOf(cell: number, cells: number): string {
  for (;;) {
    const shopper = randomBytes(6).toString('hex');
    if (homeCell(shopper as ShopperId, cells) === cell) return shopper;
  }
}

/** Sells from the first cell until told to stop, so that it always has unsettled orders. */
function keepSelling(cells: number): () => Promise<void> {
  let isSelling = true;
  const loop = async () => {
    while (isSelling) await shop.buy({ shopper: shopperOf(0, cells) });
  };
  const loops = Array.from({ length: 8 }, loop);
  return async () => {
    isSelling = false;
    await Promise.all(loops);
  };
}

test('all cells have their turn to settle, even while one never runs dry', async () => {
  await shop.open([offer('a', { cap: 1_000_000 })], { cells: CELLS });
  for (let cell = 0; cell < CELLS; cell++) await shop.buy({ shopper: shopperOf(cell, CELLS) });
  const stopSelling = keepSelling(CELLS);
  shop.worker.settler.start();
  await until(async () => (await settledCells()) === CELLS, soon('every cell has settled'));
  await stopSelling();
  const isQuiet = async () => (await shop.audit()).units.unsettled === 0;
  await until(isQuiet, soon('nothing is left to settle'));
  expect((await shop.audit()).brokenPromises).toEqual([]);
});

test('a settler can stop while its cell sells, and another goes on', async () => {
  await shop.open([offer('a', { cap: 1_000_000 })]);
  const stopSelling = keepSelling(1);
  shop.worker.settler.start();
  await until(async () => (await settledCells()) === 1, soon('it has settled some'));
  await shop.worker.settler.stop();
  await stopSelling();
  await shop.settleAll();
  expect(await shop.audit()).toMatchObject({ brokenPromises: [], units: { unsettled: 0 } });
});
