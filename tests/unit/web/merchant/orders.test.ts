import { describe, expect, test } from 'vitest';
import type { OrderDetails } from '../../../../client/index.ts';
import { newKey } from '../../../../web/kit/api/new-key.ts';
import { MAX_PARTS, readShown } from '../../../../web/kit/page/pages.ts';
import type { PartQuery } from '../../../../web/kit/page/pages.ts';
import { isOrderId, queryOf } from '../../../../web/merchant/orders/filters.ts';
import { moverText, referenceOf } from '../../../../web/merchant/orders/mover-text.ts';
import { ordersWords } from '../../../../web/merchant/orders/words.ts';
import {
  EMPTY_REFUND,
  bodyOf,
  readRefund,
  refundable,
  stillOpen,
  unitsOf,
} from '../../../../web/merchant/orders/typed-refund.ts';

type Line = OrderDetails['lines'][number];

const line = (more: Partial<Line> = {}): Line => ({
  line: 0,
  offer: 'charger',
  title: 'USB charger',
  store: 'store-1',
  quantity: 3,
  price: 100,
  activity: 300,
  net: 300,
  ...more,
});
const lines = [line(), line({ line: 2, quantity: 2, refunded: 1 })];
const typed = (units: Readonly<Record<string, string>>) => ({ ...EMPTY_REFUND, units });

describe('what can be refunded', () => {
  test('only paid units that were not refunded, and no gift by itself', () => {
    const all = [...lines, line({ line: 3, gift: true }), line({ line: 4, refunded: 3 })];
    expect(refundable({ state: 'paid', lines: all })).toEqual(lines);
    expect(refundable({ state: 'partly_refunded', lines: all })).toEqual(lines);
    for (const state of ['reserved', 'refunded', 'expired', 'cancelled'] as const) {
      expect(refundable({ state, lines: all })).toEqual([]);
    }
  });

  test('lines are named by their index in the order', () => {
    const body = bodyOf(typed({ 0: '', 2: '1' }), lines);
    expect(body).toEqual({ lines: [{ line: 2, quantity: 1 }], restock: true });
  });

  test('nothing, too many and no number make no refund', () => {
    expect(bodyOf(typed({}), lines)).toBeNull();
    expect(bodyOf(typed({ 0: '0' }), lines)).toBeNull();
    expect(bodyOf(typed({ 0: '1', 2: '2' }), lines)).toBeNull();
    expect(bodyOf(typed({ 0: 'one' }), lines)).toBeNull();
    expect(unitsOf(typed({ 2: '2' }), lines[1]!)).toBeNull();
  });
});

test('a refund without an answer outlives a reload with its key', () => {
  const sent = { key: 'abc', body: { lines: [{ line: 0, quantity: 1 }], restock: false } };
  const typed = { units: { 0: '1' }, restock: false, sent };
  expect(readRefund(JSON.parse(JSON.stringify(typed)))).toEqual(typed);
  expect(readRefund({ ...typed, sent: { key: 'abc' } })).toMatchObject({ sent: null });
  expect(readRefund({ ...typed, restock: 'yes' })).toBeNull();
  expect(readRefund('nonsense')).toBeNull();
});

test('a refund that nobody refused keeps its key, also when the sign-in has ended', () => {
  const sent = { key: 'abc', body: { lines: [{ line: 0, quantity: 1 }], restock: false } };
  for (const code of ['offline', 'busy', 'rate_limited', 'fault', 'too_slow', 'unauthenticated']) {
    expect(stillOpen(sent, { code }), code).toBe(sent);
  }
  for (const code of ['not_refundable', 'invalid', 'forbidden', 'not_found', 'key_reused']) {
    expect(stillOpen(sent, { code }), code).toBeNull();
  }
});

test('keys differ, and the service accepts them', () => {
  const keys = [newKey(), newKey()];
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test('the address says what the list asks for, and what it cannot say is left out', () => {
  const none = { state: '', offer: '', shopper: '', from: '', until: '' };
  expect(queryOf(none, null)).toEqual({});
  expect(queryOf({ ...none, state: 'lost', from: 'soon' }, null)).toEqual({});
  const from = '2026-11-11T20:00';
  expect(queryOf({ ...none, state: 'paid', offer: 'charger', from }, 'store-1')).toEqual({
    state: 'paid',
    offer: 'charger',
    store: 'store-1',
    placedFrom: new Date(from).toISOString(),
  });
});

test('an id of an order is told from a shopper', () => {
  expect(isOrderId('eleven_0_AAAAAAAAAAAAAAAAAAAAAA')).toBe(true);
  expect(isOrderId('double-eleven_12_A-_AAAAAAAAAAAAAAAAAAA')).toBe(true);
  expect(isOrderId('shopper-1')).toBe(false);
  expect(isOrderId('eleven_0_short')).toBe(false);
});

describe('a list that grows at its beginning', () => {
  /** Rows from the newest down to 1; a cursor is the row that a part ended at. */
  const list = (newest: number, asked: PartQuery[] = []) =>
    async function read(query: PartQuery) {
      asked.push(query);
      const from = query.cursor === undefined ? newest : Number(query.cursor) - 1;
      const count = Math.min(from, Number(query.limit));
      const items = Array.from({ length: count }, (_, i) => from - i);
      return { items, next: count < from ? String(items.at(-1)) : null };
    };

  test('shows every row between its newest and its oldest part', async () => {
    const before = await readShown(list(120), 2);
    expect(before).toMatchObject({ next: '21', isFull: false });
    // 30 new rows came, and pushed 30 known ones off the first part.
    const { items } = await readShown(list(150), 2);
    expect(items).toEqual(Array.from({ length: 100 }, (_, i) => 150 - i));
  });

  test('ends with its last part, or says that it goes on', async () => {
    const asked: PartQuery[] = [];
    expect(await readShown(list(60, asked), 5)).toMatchObject({ next: null, isFull: false });
    expect(asked).toEqual([{ limit: '50' }, { limit: '50', cursor: '11' }]);
    expect((await readShown(list(2_000), MAX_PARTS)).isFull).toBe(true);
  });
});

test('who moved an order is told in words of the page', () => {
  const [en, zh] = [ordersWords.en.one.movers, ordersWords.zh.one.movers];
  expect(moverText('merchant:store-1', en)).toBe('the store store-1');
  expect(moverText('expirer', zh)).toBe('系统（超时未付款）');
  expect(moverText('provider:sandbox', zh)).toBe('支付渠道 sandbox');
  expect(moverText('somebody', en)).toBe('somebody');
  expect(referenceOf('captured pay_1')).toBe('pay_1');
  expect(referenceOf('cancelled by its owner')).toBe('');
});
