import { expect, test } from 'vitest';
import { FIRST_REGISTERED_PROTOCOL, PROTOCOL } from '../../../src/cell/protocol.ts';
import { homeCell } from '../../../src/domain/ids.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { cellsWithDueOrders } from '../../../src/ledger/orders/expire.ts';
import { moveSale } from '../../../src/ledger/terms/put-sale.ts';
import { setOffer, setSale, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { reopenCells } from '../../../src/service/cells/reopen-after-release.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { expireNow, lapse, surely } from '../../world/stage/life.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import type { Shop } from '../../world/stage/shop.ts';
import type { World } from '../../world/servers/world.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

/** The protocol of the previous release. */
const BEFORE = FIRST_REGISTERED_PROTOCOL - 1;

let world: World;
let shop: Shop;

withShop((made, itsWorld) => {
  shop = made;
  world = itsWorld;
});

const refresh = () => Promise.all([shop.api.directory.refresh(), shop.worker.directory.refresh()]);
const reopen = () => reopenCells(shop.worker, shop.sale, OPERATOR);

/** Shoppers whose home is this one of two cells. */
const ofCell = (cell: number): string[] =>
  Array.from({ length: 20 }, (_, i) => `u${i}`).filter(
    (shopper) => homeCell(shopper as ShopperId, 2) === cell,
  );

/** Opens two cells with an order each; the previous release has left cell 1. */
async function leaveCell1(): Promise<void> {
  await shop.open([offer('a', { cap: 20 })], { cells: 2 });
  for (const cell of [0, 1]) surely(await shop.buy({ shopper: ofCell(cell)[0]!, key: 'k' }));
  await shop.settleAll();
  await shop.worker.pool.query('update cells set protocol = $1 where cell = 1', [BEFORE]);
  await refresh();
}

async function cells(): Promise<unknown[]> {
  const text = 'select cell, epoch, state, protocol from cells order by cell';
  return (await shop.worker.pool.query(text)).rows;
}

const open = (cell: number, epoch: number, protocol: number) => ({
  ...{ cell, epoch, state: 'open', protocol },
});

test('no order expires in a cell of another release', async () => {
  await leaveCell1();
  await lapse(shop);
  const { pool } = shop.worker;
  expect(await cellsWithDueOrders(pool, PROTOCOL)).toEqual([{ sale: shop.sale, cell: 0 }]);
  expect(await cellsWithDueOrders(pool, BEFORE)).toEqual([{ sale: shop.sale, cell: 1 }]);
  expect(await expireNow(shop)).toBe(1);
  const { rows } = await pool.query('select cell, state from orders order by cell');
  expect(rows).toEqual([
    { cell: 0, state: 'expired' },
    { cell: 1, state: 'reserved' },
  ]);
});

test('a reopened sale has cells of this release, which sell and expire again', async () => {
  await leaveCell1();
  const [first, second] = ofCell(1);
  expect(await shop.buy({ shopper: second! })).toMatchObject({ code: 'busy' });
  expect(await reopen()).toEqual({ cells: [1] });
  expect(await cells()).toEqual([open(0, 1, PROTOCOL), open(1, 2, PROTOCOL)]);
  await refresh();
  expect(await shop.buy({ shopper: second! })).toMatchObject({ isReplay: false });
  expect(await shop.buy({ shopper: first!, key: 'k' })).toMatchObject({ isReplay: true });
  await shop.settleAll();
  await lapse(shop);
  expect(await expireNow(shop)).toBe(3);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 0, available: 20 });
});

test('a reopening leaves cells of this release alone', async () => {
  await leaveCell1();
  await reopen();
  const before = await cells();
  expect(await reopen()).toEqual({ cells: [] });
  expect(await cells()).toEqual(before);
});

test('a reopening leaves unopened cells alone and does not find an unknown sale', async () => {
  expect(await reopen()).toEqual({ code: 'not_found' });
  await setSale(shop.api, shop.sale, saleTerms({ cells: 2 }), OPERATOR);
  await setOffer(shop.api, shop.sale, offer('a'), OPERATOR);
  expect(await reopen()).toEqual({ cells: [] });
  expect(await cells()).toEqual([]);
  await moveSale(shop.api.pool, shop.sale, 'open', OPERATOR);
  const unopened = await cells();
  expect(unopened).toMatchObject([{ state: 'new' }, { state: 'new' }]);
  expect(await reopen()).toEqual({ cells: [] });
  expect(await cells()).toEqual(unopened);
  expect(await setSaleState(shop.api, shop.sale, 'open', OPERATOR)).toMatchObject({
    pendingCells: [],
  });
});

test('a cell that another release recovers is left to it until someone reopens it', async () => {
  await leaveCell1();
  const id = { sale: shop.sale, cell: 1 };
  for (const state of ['recovering', 'diverged'] as const) {
    const text = `update cells set protocol = $1, state = $2, shas = null, claimed_at = null
      where cell = 1 returning epoch`;
    const { rows } = await shop.worker.pool.query(text, [BEFORE, state]);
    await refresh();
    const seen = { epoch: rows[0].epoch, state };
    expect(await shop.worker.recoverOnce.recover(id, seen)).toBe('not_needed');
    expect(await recover(shop.worker, id, seen)).toBe('not_needed');
    expect(await cells()).toMatchObject([{}, { ...seen, protocol: BEFORE }]);
    expect(await reopen()).toEqual({ cells: [1] });
  }
});

test('the command line reopens a sale', async () => {
  await leaveCell1();
  const doorbuster = () => doorbusterOn(world, ['sale', 'reopen', shop.sale]);
  expect(await doorbuster()).toMatchObject({ code: 0, out: `${shop.sale}: opened 1\n` });
  expect(await doorbuster()).toMatchObject({ out: `${shop.sale}: nothing to open\n` });
});
