import { beforeEach, describe, expect, test } from 'vitest';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import { AcknowledgedEntries } from '../../../src/cell/cells/acknowledged-entries.ts';
import { keepPurchases } from '../../../src/cell/selling/kept-entry.ts';
import { packPurchases } from '../../../src/cell/selling/purchase.ts';
import type { PurchaseReply } from '../../../src/cell/selling/purchase.ts';
import { purchaseOf } from '../../../proof/builders/carts.ts';
import { newCellId } from '../../../proof/builders/ids.ts';

const id = newCellId();
const inEpoch = (epoch: number, cell = id) => ({ id: cell, epoch }) as CellAddress;
const NOTHING = { entries: 0, orders: 0, bytes: 0 };
const PAGE_BYTES = 65_536;

let acknowledged: AcknowledgedEntries;

beforeEach(() => {
  acknowledged = new AcknowledgedEntries();
});

/** What is kept of a batch of purchases; `isPlaced` for each item. */
function kept(isPlaced: readonly boolean[], more: Partial<PurchaseReply> = {}) {
  const items = isPlaced.map(() => purchaseOf());
  const reply = {
    ...{ word: 'batch', atMs: 1, payByMs: 2, rulesVersion: 3, restocked: 0 },
    ...{ seq: 1, prev: 'before', placed: 1, sold: [990, 'store-1'] },
    outcomes: isPlaced.map((is) => (is ? { word: 'placed', place: 1 } : { word: 'unreadable' })),
    ...more,
  } as PurchaseReply;
  return keepPurchases(items, packPurchases(items), reply);
}

/** Remembers entries of one order each, of epoch 1 unless told otherwise. */
function remember(seqs: readonly number[], epoch = 1, cell = id): boolean[] {
  return seqs.map((seq) => acknowledged.remember(inEpoch(epoch, cell), seq, seq, kept([true])));
}

const closed = (below: number) => {
  const { entries, heads } = acknowledged.close(id, below);
  return { entries: [...entries].map(({ epoch, seq }) => [epoch, seq]), heads };
};

describe('entries are remembered until the ledger has them', () => {
  test('the watermark drops those up to it, and no other', () => {
    remember([1, 2, 3, 4]);
    remember([1], 1, newCellId());
    acknowledged.noteSettled(id, 1, 3);
    expect(acknowledged.totals()).toMatchObject({ entries: 2, orders: 2 });
    expect(closed(2).entries).toEqual([[1, 4]]);
  });

  test('the watermark of another epoch drops none', () => {
    remember([1, 2]);
    acknowledged.noteSettled(id, 2, 9);
    expect(closed(2).entries).toHaveLength(2);
  });

  test('entries of an older epoch are known, and those of the present one are not older', () => {
    acknowledged.noteHead(id, { epoch: 1, seq: 1, placed: 1 });
    remember([1], 2);
    expect(acknowledged.hasBefore(id, 2)).toBe(false);
    expect(acknowledged.hasBefore(id, 3)).toBe(true);
  });

  test('what is settled is free for the next entries', () => {
    for (let seq = 1; seq <= 5_000; seq++) {
      remember([seq]);
      acknowledged.noteSettled(id, 1, seq - 100);
    }
    expect(acknowledged.totals()).toEqual({ entries: 100, orders: 100, bytes: expect.any(Number) });
    expect(acknowledged.totals().bytes).toBeLessThanOrEqual(2 * PAGE_BYTES);
    acknowledged.noteSettled(id, 1, 5_000);
    expect(acknowledged.totals()).toEqual(NOTHING);
  });

  test('an entry larger than a page is kept whole', () => {
    const wide = kept([true], { prev: 'x'.repeat(2 * PAGE_BYTES) });
    acknowledged.remember(inEpoch(1), 1, 1, wide);
    remember([2]);
    const [first, second] = acknowledged.close(id, 2).entries;
    expect(first).toMatchObject({ seq: 1, prev: 'x'.repeat(2 * PAGE_BYTES), orders: 1 });
    expect(second).toMatchObject({ seq: 2, prev: 'before' });
  });

  test('of a batch mostly refused, only what was placed is kept', () => {
    const one = kept(Array.from({ length: 64 }, (_, i) => i === 40));
    const alone = kept([true]);
    expect(one.orders).toBe(1);
    expect(one.rest.length).toBe(alone.rest.length);
  });
});

describe('once an epoch is closed', () => {
  test('nothing of it is acknowledged, and the epochs above it are', () => {
    remember([1]);
    acknowledged.close(id, 3);
    expect(remember([2], 1)).toEqual([false]);
    expect(remember([1], 2)).toEqual([false]);
    expect(remember([1], 3)).toEqual([true]);
    expect(remember([1], 1, newCellId())).toEqual([true]);
    expect(closed(3).entries).toEqual([[1, 1]]);
  });

  test('it stays closed when a lower one is closed later, and when it is forgotten', () => {
    acknowledged.close(id, 3);
    acknowledged.close(id, 2);
    expect(remember([1], 2)).toEqual([false]);
    acknowledged.forget(id, 3);
    expect(remember([1], 2)).toEqual([false]);
    expect(acknowledged.totals()).toEqual(NOTHING);
  });

  test('what it remembers stays as it is, whatever is settled and remembered meanwhile', () => {
    const seqs = Array.from({ length: 2_000 }, (_, i) => i + 1);
    remember(seqs);
    const { entries } = acknowledged.close(id, 2);
    const reading = entries[Symbol.iterator]();
    expect(reading.next().value).toMatchObject({ epoch: 1, seq: 1 });
    acknowledged.noteSettled(id, 1, 2_000);
    remember(seqs, 2);
    const rest = [...Iterator.from(reading)].map(({ epoch, seq }) => [epoch, seq]);
    expect(rest).toEqual(seqs.slice(1).map((seq) => [1, seq]));
  });

  test('its entries come epoch by epoch, and again, until they are forgotten', () => {
    remember([1], 2);
    remember([1, 2, 3], 1);
    const { entries } = acknowledged.close(id, 3);
    const numbers = () => [...entries].map(({ epoch, seq }) => [epoch, seq]);
    const all = [
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
    ];
    expect([numbers(), numbers()]).toEqual([all, all]);
    expect(acknowledged.cells()).toEqual([id]);
    acknowledged.forget(id, 2);
    expect(closed(3).entries).toEqual([[2, 1]]);
    acknowledged.forget(id, 3);
    expect(acknowledged.cells()).toEqual([]);
    expect(acknowledged.totals()).toEqual(NOTHING);
  });
});

describe('the head of an epoch', () => {
  test('is the highest entry that anyone told of, whether it is remembered or not', () => {
    remember([4]);
    acknowledged.noteHead(id, { epoch: 1, seq: 9, placed: 30 });
    acknowledged.noteHead(id, { epoch: 1, seq: 8, placed: 29 });
    remember([5]);
    expect(closed(2).heads).toEqual([{ epoch: 1, seq: 9, placed: 30, settledSeq: 0 }]);
  });

  test('is dropped with its epoch, and stays dropped', () => {
    acknowledged.noteHead(id, { epoch: 1, seq: 9, placed: 30 });
    acknowledged.noteHead(id, { epoch: 2, seq: 1, placed: 1 });
    acknowledged.forget(id, 2);
    acknowledged.noteHead(id, { epoch: 1, seq: 10, placed: 31 });
    expect(closed(3).heads).toEqual([{ epoch: 2, seq: 1, placed: 1, settledSeq: 0 }]);
  });
});
