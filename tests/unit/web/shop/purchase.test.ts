import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { PlacedOrder } from '../../../../client/index.ts';
import { keptAttempts } from '../../../../web/shop/buy/attempt.ts';
import type { Attempt } from '../../../../web/shop/buy/attempt.ts';
import { ALONE_MS, Purchase } from '../../../../web/shop/buy/purchase.ts';
import type { Wanted } from '../../../../web/shop/buy/purchase.ts';
import { FakeTime } from '../fake-time.ts';
import { MemoryStore } from './offers.ts';

const PAUSE_MS = 3_000;
const EARLY_PAUSE_MS = 200;
const EARLY_MS = 3_000;
const wanted = (expectedTotal = 100, sawMinor = expectedTotal): Wanted => ({
  body: { lines: [{ offer: 'mug', quantity: 1 }], expectedTotal },
  sawMinor,
  leavesCoupons: false,
});

interface Sent {
  readonly attempt: Attempt;
  readonly answer: (id: string) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

/** A tab: its storage outlasts a page, and each page may send. */
class Tab {
  readonly store = new MemoryStore();
  readonly time = new FakeTime(1_000_000);
  readonly sent: Sent[] = [];
  #keys = 0;

  open(): Purchase {
    return new Purchase({
      kept: keptAttempts(this.store, 'eleven'),
      newKey: () => `key-${++this.#keys}`,
      time: this.time,
      place: (attempt) =>
        new Promise<PlacedOrder>((resolve, reject) => {
          const done = () => new Promise<void>((next) => setImmediate(next));
          const answer = (id: string) => (resolve({ id } as PlacedOrder), done());
          const fail = (error: unknown) => (reject(error), done());
          this.sent.push({ attempt, answer, fail });
        }),
    });
  }

  get keys(): string[] {
    return this.sent.map(({ attempt }) => attempt.key);
  }
}

const problem = (code: string, status: number, more: object = {}) => {
  const fields = { code, status, title: '', detail: '', message: 'No', instance: '', ...more };
  return new ProblemError(fields);
};
const LOST = new TypeError('the network is gone');

test('a tap places one order, however often it is repeated', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(), 'alice');
  purchase.start(wanted(), 'alice');
  expect(purchase.now.value.state).toBe('placing');
  await tab.sent[0]!.answer('order-1');
  expect(purchase.now.value).toEqual({ state: 'placed', order: 'order-1' });
  purchase.start(wanted(), 'alice');
  expect(tab.keys).toEqual(['key-1']);
  expect(tab.store.kept.size).toBe(0);
});

test('a page that is loaded in mid-flight sends the same request with the same key', async () => {
  const tab = new Tab();
  const before = tab.open();
  before.start(wanted(), 'alice');
  before.close();
  const after = tab.open();
  after.resume('alice');
  expect(tab.sent[1]!.attempt).toEqual(tab.sent[0]!.attempt);
  await tab.sent[0]!.answer('order-1');
  expect(tab.store.kept.size).toBe(1);
  await tab.sent[1]!.answer('order-1');
  expect(after.now.value).toEqual({ state: 'placed', order: 'order-1' });
  expect(tab.store.kept.size).toBe(0);
});

test('without an answer the attempt is sent again by itself, and stays one order', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(), 'alice');
  await tab.sent[0]!.fail(LOST);
  expect(purchase.now.value).toMatchObject({ state: 'unknown', refusal: { code: 'offline' } });
  purchase.start(wanted(), 'alice');
  expect(tab.keys).toEqual(['key-1']);
  tab.time.pass(PAUSE_MS);
  await tab.sent[1]!.fail(problem('busy', 503));
  purchase.again();
  await tab.sent[2]!.answer('order-1');
  expect(tab.keys).toEqual(['key-1', 'key-1', 'key-1']);
  expect(purchase.now.value.state).toBe('placed');
});

test('an old attempt waits for its shopper, and others neither send nor lose it', async () => {
  const tab = new Tab();
  tab.open().start(wanted(), 'alice');
  tab.time.pass(ALONE_MS);
  const later = tab.open();
  later.resume('alice');
  expect(later.now.value).toEqual({ state: 'unknown', refusal: null, isAlone: false });
  later.hurry();
  expect(tab.sent.length).toBe(1);
  later.again();
  expect(tab.keys).toEqual(['key-1', 'key-1']);
  const other = tab.open();
  other.resume('bob');
  expect(other.now.value.state).toBe('ready');
  other.start(wanted(), 'bob');
  await tab.sent[2]!.answer('order-2');
  const back = tab.open();
  back.resume('alice');
  back.again();
  expect(tab.keys).toEqual(['key-1', 'key-1', 'key-2', 'key-1']);
});

test('an attempt without an answer is forgotten only when its shopper starts over', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(), 'alice');
  await tab.sent[0]!.fail(LOST);
  purchase.drop();
  purchase.close();
  const again = tab.open();
  again.start(wanted(), 'alice');
  expect(tab.keys).toEqual(['key-1', 'key-1']);
  await tab.sent[1]!.fail(LOST);
  again.startOver();
  expect(again.now.value.state).toBe('ready');
  expect([tab.store.kept.size, tab.time.timers]).toEqual([0, 0]);
  again.start(wanted(), 'alice');
  expect(tab.keys).toEqual(['key-1', 'key-1', 'key-2']);
});

test('an attempt whose sign-in was over goes on when its shopper is back', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(), 'alice');
  await tab.sent[0]!.fail(problem('unauthenticated', 401));
  expect(tab.time.timers).toBe(0);
  const back = tab.open();
  back.resume(null);
  expect(back.now.value.state).toBe('unknown');
  back.resume('alice');
  expect(tab.keys).toEqual(['key-1', 'key-1']);
});

test('a refusal is told and forgotten, and the next tap has a key of its own', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(), 'alice');
  await tab.sent[0]!.fail(problem('sold_out', 409, { offer: 'mug', unitsLeft: 0 }));
  const refusal = { code: 'sold_out', offer: 'mug', unitsLeft: 0, message: 'No' };
  expect(purchase.now.value).toMatchObject({ state: 'refused', refusal });
  expect(tab.store.kept.size).toBe(0);
  purchase.start(wanted(), 'alice');
  expect(tab.keys).toEqual(['key-1', 'key-2']);
});

test('a changed price is asked about once, and a yes uses the same key', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(100), 'alice');
  await tab.sent[0]!.fail(problem('price_changed', 409, { total: 120 }));
  expect(purchase.now.value).toEqual({ state: 'asking', wasMinor: 100, nowMinor: 120 });
  purchase.accept();
  expect(tab.keys).toEqual(['key-1', 'key-1']);
  expect(tab.sent[1]!.attempt.body.expectedTotal).toBe(120);
  await tab.sent[1]!.answer('order-1');
  expect(purchase.now.value.state).toBe('placed');
});

test('a total above the one that the shopper saw is asked about before anything is sent', () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(150, 100), 'alice');
  expect(purchase.now.value).toEqual({ state: 'asking', wasMinor: 100, nowMinor: 150 });
  expect(tab.sent).toEqual([]);
  purchase.drop();
  purchase.accept();
  expect([tab.sent.length, purchase.now.value.state]).toEqual([0, 'ready']);
});

test('a total without coupons that the shopper has is asked about, and a yes is an order', () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start({ ...wanted(100), leavesCoupons: true }, 'alice');
  expect(purchase.now.value).toEqual({ state: 'asking', wasMinor: null, nowMinor: 100 });
  expect(tab.sent).toEqual([]);
  purchase.accept();
  expect(tab.sent[0]!.attempt.body.expectedTotal).toBe(100);
});

test('a tap while the price is on its way waits for it, if there will be one', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.startLater(Promise.resolve(wanted()), 'alice');
  purchase.startLater(Promise.resolve(wanted()), 'alice');
  expect(purchase.now.value.state).toBe('placing');
  await expect.poll(() => tab.keys).toEqual(['key-1']);
  await tab.sent[0]!.fail(problem('sale_over', 409));
  purchase.startLater(Promise.resolve(null), 'alice');
  await expect.poll(() => purchase.now.value.state).toBe('ready');
  expect(tab.sent.length).toBe(1);
});

test('a tap that comes a moment too early is sent again, but not for long', async () => {
  const tab = new Tab();
  const purchase = tab.open();
  purchase.start(wanted(), 'alice');
  await tab.sent[0]!.fail(problem('sale_not_open', 409));
  expect(purchase.now.value.state).toBe('placing');
  tab.time.pass(EARLY_PAUSE_MS);
  tab.time.pass(EARLY_MS);
  await tab.sent[1]!.fail(problem('sale_not_open', 409));
  expect(tab.keys).toEqual(['key-1', 'key-1']);
  expect(purchase.now.value).toMatchObject({
    state: 'refused',
    refusal: { code: 'sale_not_open' },
  });
});
