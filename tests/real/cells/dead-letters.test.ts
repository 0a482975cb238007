import { expect, test } from 'vitest';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import * as deadLetters from '../../../src/ledger/cells/dead-letters.ts';
import type { DeadLetter } from '../../../src/ledger/cells/dead-letters.ts';
import { unpack } from '../../../src/platform/codec.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { setSaleState } from '../../../src/service/terms/change-sale.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { readRaw, rewrite, withBody } from '../../world/checks/outbox.ts';
import type { EntryBody } from '../../world/checks/outbox.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let shop: Shop;

withShop((made) => (shop = made));

const cell = () => ({ sale: shop.sale, cell: 0 });
const BAD = 31;

async function presentAddress(): Promise<CellAddress> {
  await Promise.all([shop.api.directory.refresh(), shop.worker.directory.refresh()]);
  return shop.worker.directory.cell(cell())!;
}

/** Sells to 64 shoppers, u0 to u63 with keys k0 to k63, in one entry of the outbox. */
async function sellOneEntry(): Promise<void> {
  await shop.open([offer('a', { cap: 2_000, limitPerShopper: 1_000 })]);
  const shoppers = Array.from({ length: 64 }, (_, i) => ({ shopper: `u${i}`, key: `k${i}` }));
  await Promise.all(shoppers.map((one) => shop.buy(one)));
}

async function spoilBody(change: (body: EntryBody) => void): Promise<void> {
  const address = await presentAddress();
  const entries = await readRaw(shop.worker.redis, address);
  expect(entries).toHaveLength(1);
  await rewrite(shop.worker.redis, address, [withBody(entries[0]!, change)]);
}

/** Makes the ledger refuse orders of u31. @returns makes it take them again */
async function refuseBad(): Promise<() => Promise<unknown>> {
  const { pool } = shop.worker;
  await pool.query(`alter table orders add constraint refused check (shopper <> 'u${BAD}')`);
  return () => pool.query('alter table orders drop constraint refused');
}

async function onlyLetter(): Promise<DeadLetter> {
  const letters = await deadLetters.listDeadLetters(shop.worker.pool, { state: 'buried' });
  expect(letters).toHaveLength(1);
  return letters[0]!;
}

const poisons: [string, sqlstate: string, audit: string[], change: (body: EntryBody) => void][] = [
  ['a quantity no order may have', '23514', ['P2'], ({ quantity }) => (quantity[BAD] = 1_000)],
  [
    'an offer that the cell was never given',
    '23514',
    ['P2'],
    ({ offer: of }) => (of[BAD] = 'other'),
  ],
  ['a character no text may have', '22021', ['P2'], ({ fingerprint: f }) => (f[BAD] = 'a\0b')],
  [
    'a key that its shopper used before',
    '23505',
    ['I9', 'P2'],
    ({ shopper, key }) => {
      shopper[BAD] = shopper[0]!;
      key[BAD] = key[0]!;
    },
  ],
];

test.each(poisons)('an order with %s is buried, and its 63 neighbours settle', async (...row) => {
  const [, sqlstate, audited, change] = row;
  await sellOneEntry();
  let serial = '';
  await spoilBody((body) => {
    change(body);
    serial = body.serial[BAD]!;
  });
  await shop.settleAll();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(63);
  const letter = await onlyLetter();
  expect(letter).toMatchObject({ position: BAD, sqlstate, seq: 1, body: { serial } });
  const { rows } = await shop.worker.pool.query<{ bytes: Buffer }>(
    'select bytes from dead_letters',
  );
  expect(unpack(rows[0]!.bytes)).toMatchObject({ serial, position: BAD });
  const { brokenPromises } = await shop.audit();
  // The entry was spoilt, and not what the cell holds.
  const ofLedger = brokenPromises.filter(({ promise }) => !['I4', 'I13'].includes(promise));
  expect(ofLedger.map(({ promise }) => promise)).toEqual(audited);
  expect((await findCursor(shop.worker.pool, cell()))!.state).toBe('open');
  await presentAddress();
  expect(await shop.buy({ shopper: 'next' })).toHaveProperty('order');
});

test('a buried order keeps its units, its limit and its key, even over a rebuild', async () => {
  await shop.open([offer('a', { cap: 10, limitPerShopper: 1 })]);
  await refuseBad();
  const bought = (await shop.buy({ shopper: `u${BAD}`, key: 'k' })) as Placed;
  await shop.settleAll();
  await presentAddress();
  const replay = await shop.buy({ shopper: `u${BAD}`, key: 'k' });
  expect(replay).toMatchObject({ isReplay: true, order: bought.order });
  const more = await shop.buy({ shopper: `u${BAD}` });
  expect(more).toEqual({ code: 'limit_reached', limit: 1, taken: 1, offer: 'a' });
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toMatchObject([{ promise: 'P2', subject: bought.order.id }]);
  expect(units).toMatchObject({ held: 0, buried: 1, available: 9 });
});

test('a replay settles a buried order once its cause is removed, not before', async () => {
  await sellOneEntry();
  const repair = await refuseBad();
  await shop.settleAll();
  const { pool } = shop.worker;
  const { id } = await onlyLetter();
  const refused = { sqlstate: '23514', reason: expect.stringContaining('"refused"') };
  expect(await deadLetters.replayDeadLetter(pool, id, OPERATOR)).toEqual(refused);
  expect((await onlyLetter()).id).toBe(id);
  await repair();
  const twice = [1, 2].map(() => deadLetters.replayDeadLetter(pool, id, OPERATOR));
  expect((await Promise.all(twice)).toSorted()).toEqual(['replayed', 'resolved']);
  expect(await deadLetters.releaseDeadLetter(pool, id, OPERATOR)).toBe('resolved');
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 64, buried: 0, available: 1_936 });
});

test('a release returns units, limit and key to the cell', async () => {
  await shop.open([offer('a', { cap: 10, limitPerShopper: 1 })]);
  const repair = await refuseBad();
  const shopper = `u${BAD}`;
  const before = (await shop.buy({ shopper, key: 'k' })) as Placed;
  await shop.settleAll();
  await presentAddress();
  await repair();
  const { pool } = shop.worker;
  const { id } = await onlyLetter();
  expect(await deadLetters.releaseDeadLetter(pool, id, OPERATOR)).toBe('released');
  expect((await shop.audit()).brokenPromises).toEqual([]);
  await bringUpToDate(shop.worker, cell());
  const released = await shop.audit();
  expect(released.brokenPromises).toEqual([]);
  expect(released.units).toMatchObject({ buried: 0, available: 10 });
  const after = (await shop.buy({ shopper, key: 'k' })) as Placed;
  expect(after.isReplay).toBe(false);
  expect(after.order.id).not.toBe(before.order.id);
  expect(await deadLetters.replayDeadLetter(pool, id, OPERATOR)).toBe('resolved');
});

test('a release does not touch another order under the same key', async () => {
  await shop.open([offer('a', { cap: 10, limitPerShopper: 2 })]);
  const settled = (await shop.buy({ shopper: 'u', key: 'k' })) as Placed;
  await shop.settleAll();
  await shop.buy({ shopper: 'u', key: 'other' });
  await spoilBody(({ key }) => (key[0] = 'k'));
  await shop.settleAll();
  await shop.worker.recoverOnce.recover(cell(), { epoch: 1, state: 'open' });
  await deadLetters.releaseDeadLetter(shop.worker.pool, (await onlyLetter()).id, OPERATOR);
  await presentAddress();
  await bringUpToDate(shop.worker, cell());
  const replay = await shop.buy({ shopper: 'u', key: 'k' });
  expect(replay).toMatchObject({ isReplay: true, order: settled.order });
  expect((await shop.audit()).brokenPromises).toEqual([]);
});

test('an entry that nobody can read or remembers cannot be replayed, but released', async () => {
  await sellOneEntry();
  await spoilBody(({ serial }) => (serial[0] = 'short'));
  shop.api.acknowledged.forget(cell(), 2);
  await shop.worker.redis.unlink(`{${shop.sale}.0}:1:shoppers`);
  await shop.settleAll();
  const { pool } = shop.worker;
  const { id } = await onlyLetter();
  expect(await deadLetters.replayDeadLetter(pool, id, OPERATOR)).toBe('unreadable');
  expect(await deadLetters.releaseDeadLetter(pool, id + 1, OPERATOR)).toBe('unknown');
  expect(await deadLetters.releaseDeadLetter(pool, id, OPERATOR)).toBe('released');
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 0, buried: 0, available: 2_000 });
});

test('an order that is refused while a recovery drains is also buried', async () => {
  await sellOneEntry();
  await refuseBad();
  expect(await shop.worker.recoverOnce.recover(cell(), { epoch: 1, state: 'open' })).toBe('opened');
  expect(await onlyLetter()).toMatchObject({ epoch: 1, position: BAD });
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises.map(({ promise }) => promise)).toEqual(['P2']);
  expect(units).toMatchObject({ held: 63, buried: 1, available: 1_936 });
});

/** Buries u31’s order of three units and settles one of u1. */
async function buryThree(): Promise<DeadLetter> {
  await shop.open([offer('a', { cap: 10 })]);
  const repair = await refuseBad();
  await shop.buy({ shopper: 'u1' });
  await shop.buy({ shopper: `u${BAD}`, quantity: 3 });
  await shop.settleAll();
  await repair();
  return onlyLetter();
}

/** Delivers to the cell and settles, and expects no broken promise. @returns the units */
async function unitsAfter() {
  await presentAddress();
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  return units;
}

test('the units of an order released after the close stay with the ledger', async () => {
  const { id } = await buryThree();
  await setSaleState(shop.api, shop.sale, 'close', OPERATOR);
  await shop.settleAll();
  const { pool } = shop.worker;
  expect(await deadLetters.releaseDeadLetter(pool, id, OPERATOR)).toBe('released');
  const left = { buried: 0, held: 1, allotted: 1, unassigned: 9, available: 0, debt: 0 };
  expect(await unitsAfter()).toMatchObject(left);
  const { keys } = await presentAddress();
  expect(await shop.worker.redis.hget(keys.stock, 'a')).toBe('0');
});

test('the units of a released order first pay the debt of a cut', async () => {
  const { id } = await buryThree();
  const cut = await patchOffer(shop.api, shop.sale, offer('a').id, { cap: 2 }, OPERATOR);
  expect(cut).toMatchObject({ cap: { asked: 2, effective: 4, debt: 2 } });
  expect(await deadLetters.releaseDeadLetter(shop.worker.pool, id, OPERATOR)).toBe('released');
  const left = { buried: 0, held: 1, allotted: 2, debt: 0, unassigned: 0, available: 1 };
  expect(await unitsAfter()).toMatchObject(left);
});

test.each([
  ['in an open sale', async () => {}],
  ['in a closed sale', () => setSaleState(shop.api, shop.sale, 'close', OPERATOR)],
])('an oversold order that is released %s returns no units', async (_, change) => {
  await shop.open([offer('a', { cap: 10 })]);
  await shop.buy({ shopper: 'u1', quantity: 10 });
  await shop.settleAll();
  const { keys } = await presentAddress();
  await shop.worker.redis.hset(keys.stock, 'a', 2);
  await shop.buy({ shopper: 'u2', quantity: 2 });
  await shop.settleAll();
  const { id, sqlstate } = await onlyLetter();
  expect(sqlstate).toBe('23514');
  await change();
  await shop.settleAll();
  expect(await deadLetters.releaseDeadLetter(shop.worker.pool, id, OPERATOR)).toBe('released');
  expect(await unitsAfter()).toMatchObject({ buried: 0, held: 10, allotted: 10, available: 0 });
});
