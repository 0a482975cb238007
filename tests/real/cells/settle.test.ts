import { expect, test } from 'vitest';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import { readOutbox } from '../../../src/cell/cells/outbox.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { listDeadLetters, replayDeadLetter } from '../../../src/ledger/cells/dead-letters.ts';
import { settleItems } from '../../../src/ledger/cells/settle.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { dumpLedger, heldUnits } from '../../world/checks/books.ts';
import { registerDeadApi } from '../../world/checks/dead-api.ts';
import { readRaw, rewrite, withBody } from '../../world/checks/outbox.ts';
import type { RawEntry } from '../../world/checks/outbox.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let shop: Shop;

withShop((made) => (shop = made));

const cell = () => ({ sale: shop.sale, cell: 0 });
const stateOf = async () => (await findCursor(shop.worker.pool, cell()))!.state;
const promisesOf = (rows: readonly { promise: string }[]) => rows.map(({ promise }) => promise);

async function presentAddress(): Promise<CellAddress> {
  await shop.worker.directory.refresh();
  return shop.worker.directory.cell(cell())!;
}

/** Makes entries of one order each: u1 in the first, u2 in the second, and so on. */
async function buyOneByOne(count: number): Promise<CellAddress> {
  await shop.open([offer('a', { cap: 100 })]);
  for (let i = 1; i <= count; i++) await shop.buy({ shopper: `u${i}`, key: `k${i}` });
  return presentAddress();
}

async function spoil(change: (entries: RawEntry[]) => RawEntry[]): Promise<void> {
  const address = await presentAddress();
  const entries = await readRaw(shop.worker.redis, address);
  await rewrite(shop.worker.redis, address, change(entries));
}

test('settling again changes nothing, even with items that were settled before', async () => {
  const address = await buyOneByOne(5);
  const { pool } = shop.worker;
  const range = { afterSeq: 0, ordersMax: 1_000 };
  const items = await readOutbox(address, range);
  await shop.settleAll();
  const before = await dumpLedger(pool);
  await shop.settleAll();
  const { epoch } = address;
  const again = await settleItems(pool, { cell: cell(), epoch, items });
  expect(again).toMatchObject({ status: 'settled', orders: 0, buried: 0 });
  expect(await dumpLedger(pool)).toEqual(before);
});

test('four settlers during a sale settle each order once', async () => {
  await shop.open([offer('a', { cap: 600 })]);
  const { pool } = shop.worker;
  let isSelling = true;
  const settleOn = async () => {
    while (isSelling) await settleCell(shop.worker, cell());
  };
  const settlers = Array.from({ length: 4 }, settleOn);
  for (let wave = 0; wave < 20; wave++) {
    const shoppers = Array.from({ length: 30 }, (_, i) => `u${wave}-${i}`);
    await Promise.all(shoppers.map((shopper) => shop.buy({ shopper })));
  }
  isSelling = false;
  await Promise.all(settlers);
  await shop.settleAll();
  expect(await countOrders(pool, shop.sale)).toBe(600);
  expect((await shop.audit()).brokenPromises).toEqual([]);
});

/** The api forgets what it acknowledged, as if it had died. */
const forgetAll = () => shop.api.acknowledged.forget(cell(), 2);

/** Ways to spoil an outbox of five entries, and the number of orders that still chain. */
const spoils: [string, number, (entries: RawEntry[]) => RawEntry[]][] = [
  ['a gap', 2, (entries) => entries.toSpliced(2, 1)],
  ['a wrong prev', 2, (entries) => entries.with(2, { ...entries[2]!, prev: 'other' })],
  ['a number used twice', 3, (entries) => entries.with(2, { ...entries[2]!, tag: 'other' })],
];

test.each(spoils)('%s in the outbox stops settlement', async (...row) => {
  const [, chained, change] = row;
  await buyOneByOne(5);
  await spoil(change);
  expect(await settleCell(shop.worker, cell())).toMatchObject({ displacedFrom: { epoch: 1 } });
  expect(await stateOf()).toBe('diverged');
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(chained);
});

test('an entry that the outbox lost settles as the api remembers it', async () => {
  await buyOneByOne(5);
  await spoil((entries) => entries.toSpliced(2, 1));
  await shop.settleAll();
  expect(await stateOf()).toBe('open');
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 5, buried: 0, available: 95, unsettled: 0 });
});

test('an entry that outbox and api lost settles as the records of its shoppers say', async () => {
  await buyOneByOne(5);
  await spoil((entries) => entries.toSpliced(1, 2));
  forgetAll();
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 5, buried: 0, available: 95, unsettled: 0 });
});

test('orders behind a gap settle, and the audit says how many are lost', async () => {
  await buyOneByOne(5);
  await spoil((entries) => entries.toSpliced(2, 1));
  forgetAll();
  await registerDeadApi(shop.worker.pool);
  await shop.worker.redis.unlink((await presentAddress()).keys.shoppers);
  await shop.settleAll();
  expect(await stateOf()).toBe('open');
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([
    {
      promise: 'P2',
      subject: `${shop.sale}.0 1-3 to 3`,
      detail: 'lost 1 acknowledged orders or claims: nobody has these entries',
    },
  ]);
  expect(units).toMatchObject({ held: 4, buried: 0, available: 96, unsettled: 0 });
  await shop.api.directory.refresh();
  const replay = await shop.buy({ shopper: 'u5', key: 'k5' });
  expect(replay).toMatchObject({ isReplay: true });
});

test.each(spoils.slice(1))(
  'orders that do not chain after %s are buried with their units',
  async (...row) => {
    const [, chained, change] = row;
    await buyOneByOne(5);
    const entries = await readRaw(shop.worker.redis, await presentAddress());
    const kept = change(entries).length;
    await spoil(change);
    forgetAll();
    await shop.settleAll();
    expect(await stateOf()).toBe('open');
    const { brokenPromises, units } = await shop.audit();
    expect(promisesOf(brokenPromises)).toEqual(Array(kept - chained).fill('P2'));
    const available = 100 - kept;
    expect(units).toMatchObject({ held: chained, buried: kept - chained, available, unsettled: 0 });
    await shop.api.directory.refresh();
    const replay = await shop.buy({ shopper: 'u5', key: 'k5' });
    expect(replay).toMatchObject({ isReplay: true });
  },
);

test('items out of order settle nothing, and the cell counts as diverged', async () => {
  const address = await buyOneByOne(3);
  const { id, epoch } = address;
  const { pool } = shop.worker;
  const items = await readOutbox(address, { afterSeq: 0, ordersMax: 1_000 });
  const request = { cell: id, epoch, items: items.toReversed() };
  expect(await settleItems(pool, request)).toMatchObject({ status: 'diverged', orders: 0 });
  expect(await stateOf()).toBe('diverged');
});

test('a settled number that comes again under another tag makes the cell diverge', async () => {
  const address = await buyOneByOne(2);
  const { id, epoch } = address;
  const { pool } = shop.worker;
  const [first, second] = await readOutbox(address, { afterSeq: 0, ordersMax: 1_000 });
  const request = { cell: id, epoch };
  await settleItems(pool, { ...request, items: [first!, second!] });
  const reissued = { ...second!, tag: 'other' };
  const again = await settleItems(pool, { ...request, items: [first!, reissued] });
  expect(again).toMatchObject({ status: 'diverged', orders: 0 });
  expect(await stateOf()).toBe('diverged');
});

test('orders under a number used twice can be replayed, and the books agree', async () => {
  const address = await buyOneByOne(5);
  const { id, epoch } = address;
  const { pool } = shop.worker;
  const items = await readOutbox(address, { afterSeq: 0, ordersMax: 3 });
  await settleItems(pool, { cell: id, epoch, items });
  await spoil(([first, second, , fourth, fifth]) => [
    ...[first!, second!, { ...fifth!, seq: 3, tag: 'other', prev: second!.tag }],
    { ...fourth!, prev: 'other' },
  ]);
  forgetAll();
  await shop.settleAll();
  const letters = await listDeadLetters(pool);
  expect(letters.map(({ seq }) => seq)).toEqual([3, 4]);
  for (const letter of letters)
    expect(await replayDeadLetter(pool, letter.id, OPERATOR)).toBe('replayed');
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 5, buried: 0, available: 95 });
});

/** Spoils every second of 18 entries, each in another way. @returns those entries */
async function spoilEverySecond(): Promise<RawEntry[]> {
  await buyOneByOne(18);
  const spoilt: ((entry: RawEntry) => RawEntry)[] = [
    (entry) => ({ ...entry, body: Buffer.from('c1', 'hex') }),
    (entry) => ({ ...entry, body: entry.body.subarray(0, -3) }),
    (entry) => ({ ...entry, body: Buffer.concat([entry.body, Buffer.from([1])]) }),
    (entry) => ({ ...entry, body: Buffer.alloc(0) }),
    (entry) => ({ ...entry, v: '0' }),
    (entry) => ({ ...entry, orders: 'many' }),
    (entry) => withBody(entry, ({ shopper }) => shopper.push('one too many')),
    (entry) => withBody(entry, ({ quantity }) => quantity.splice(0, 1, -5)),
    (entry) => withBody(entry, ({ serial }) => serial.splice(0, 1, 'short')),
  ];
  let entries: RawEntry[] = [];
  await spoil((written) => {
    const change = (i: number) => (i % 2 === 0 ? spoilt[i / 2]! : (entry: RawEntry) => entry);
    return (entries = written.map((entry, i) => change(i)(entry)));
  });
  return entries.filter((_, i) => i % 2 === 0);
}

async function expectAllSettled(): Promise<void> {
  await shop.settleAll();
  const { pool } = shop.worker;
  expect(await stateOf()).toBe('open');
  expect(await countOrders(pool, shop.sale)).toBe(18);
  expect(await listDeadLetters(pool)).toEqual([]);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 18, available: 82 });
}

test('unreadable entries settle as the api remembers them', async () => {
  await spoilEverySecond();
  await expectAllSettled();
});

test('unreadable entries settle as the records of their shoppers say', async () => {
  await spoilEverySecond();
  forgetAll();
  await expectAllSettled();
  await shop.api.directory.refresh();
  expect(await shop.buy({ shopper: 'u1', key: 'k1' })).toMatchObject({ isReplay: true });
});

test('unreadable entries that no one remembers are buried as they are', async () => {
  const unread = await spoilEverySecond();
  forgetAll();
  await shop.worker.redis.unlink((await presentAddress()).keys.shoppers);
  await shop.settleAll();
  const { pool } = shop.worker;
  expect(await stateOf()).toBe('open');
  expect(await countOrders(pool, shop.sale)).toBe(9);
  const { rows } = await pool.query('select seq, position, bytes from dead_letters order by seq');
  expect(rows).toEqual(unread.map(({ seq, body }) => ({ seq, position: -1, bytes: body })));
  expect(promisesOf((await shop.audit()).brokenPromises)).toEqual(Array(9).fill('P2'));
});

const newer: [what: string, Partial<RawEntry>][] = [
  ['as it is', {}],
  ['whose body is no msgpack', { body: Buffer.from('c1', 'hex') }],
  ['without a body', { body: Buffer.alloc(0) }],
  ['without a count of orders', { orders: '' }],
];

test.each(newer)('an entry of a later release, %s, is left to that release', async (_, shape) => {
  await buyOneByOne(2);
  let written: readonly RawEntry[] = [];
  await spoil((entries) => {
    written = entries;
    return entries.with(1, { ...entries[1]!, ...shape, v: '4' });
  });
  await expect(shop.settleAll()).rejects.toThrow('version 4');
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(0);
  await spoil(() => [...written]);
  await shop.settleAll();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(2);
});

/** Ways for an insert to fail that are not the order’s fault, each with its repair. */
const outages: [string, fault: string, repair: string][] = [
  ['42P01', 'alter table order_lines rename to away', 'alter table away rename to order_lines'],
  ...['53100', 'P0001', 'XX000'].map((code): [string, string, string] => [
    code,
    `create function fail() returns trigger language plpgsql as
       $$ begin raise exception 'not now' using errcode = '${code}'; end $$;
     create trigger fail before insert on order_lines execute function fail()`,
    'drop trigger fail on order_lines',
  ]),
];

test.each(outages)(
  'an insert that fails with %s makes settlement wait and buries nothing',
  async (...row) => {
    const [code, fault, repair] = row;
    await buyOneByOne(5);
    const { pool } = shop.worker;
    await pool.query(fault);
    await expect(settleCell(shop.worker, cell())).rejects.toMatchObject({ code });
    expect(await countOrders(pool, shop.sale)).toBe(0);
    expect(await listDeadLetters(pool)).toEqual([]);
    await pool.query(repair);
    await shop.settleAll();
    expect(await countOrders(pool, shop.sale)).toBe(5);
    expect((await shop.audit()).brokenPromises).toEqual([]);
  },
);

test('units that Redis sold beyond its allotment never reach the ledger', async () => {
  await shop.open([offer('a', { cap: 10 })]);
  const { pool, redis } = shop.worker;
  const { keys } = await presentAddress();
  await redis.hincrby(keys.stock, 'a', 5);
  const buyers = Array.from({ length: 20 }, (_, i) => shop.buy({ shopper: `u${i}` }));
  const sold = (await Promise.all(buyers)).filter((answer) => 'order' in answer);
  expect(sold).toHaveLength(15);

  expect(await settleCell(shop.worker, cell())).toMatchObject({ displacedFrom: { epoch: 1 } });
  expect(await heldUnits(pool, shop.sale, 'a')).toBe(10);
  expect(await stateOf()).toBe('diverged');

  await shop.settleAll();
  expect(await stateOf()).toBe('open');
  await shop.api.directory.refresh();
  expect(await shop.buy({ shopper: 'late' })).toMatchObject({ code: 'sold_out' });
  const { brokenPromises, units } = await shop.audit();
  expect(promisesOf(brokenPromises)).toEqual([...Array(5).fill('P2'), 'I4']);
  expect(units).toMatchObject({ held: 10, buried: 5, available: -5 });
});
