import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { check, isClean, purchaseName } from '../../../proof/checker/compare-books.ts';
import type {
  Evidence,
  Ledger,
  LedgerOrder,
  UnitsOf,
  Verdict,
} from '../../../proof/checker/compare-books.ts';
import { gatherEvidence } from '../../../proof/checker/evidence.ts';
import { Journal, parseJournalLine, readJournal } from '../../../proof/checker/journal.ts';
import type { Purchase } from '../../../proof/crowd/purchases.ts';

const OFFER = 'bottle';
const CAP = 3;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorbuster-checker-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const purchase = (n: number, quantity = 1): Purchase => ({
  shopper: `shopper-${n}`,
  key: `key-${n}`,
  token: 'unused',
  offer: { id: OFFER, weight: 1, limitPerShopper: null },
  quantity,
  follows: 0,
});

interface Answered {
  readonly purchase: Purchase;
  readonly order?: string;
  readonly code?: string;
  readonly isReplay?: boolean;
}

const placed = (n: number): Answered => ({ purchase: purchase(n), order: `order-${n}` });
const soldOut = (n: number): Answered => ({ purchase: purchase(n), code: 'sold_out' });

/** Three units and three buyers; two more came too late, and one buyer asked again. */
const sellOut = (): Answered[] => [
  placed(1),
  placed(2),
  placed(3),
  { ...placed(2), isReplay: true },
  soldOut(4),
  soldOut(5),
];

const ledgerOrder = (n: number): LedgerOrder => ({
  id: `order-${n}`,
  shopper: `shopper-${n}`,
  key: `key-${n}`,
  offer: OFFER,
  quantity: 1,
  isLive: true,
});

const soldLedger = (): LedgerOrder[] => [ledgerOrder(1), ledgerOrder(2), ledgerOrder(3)];

function writeJournal(answers: readonly Answered[]): string {
  const file = join(folder, 'journal');
  const journal = new Journal(file);
  answers.forEach(({ purchase: asked, order = '', code = '', isReplay = false }, i) => {
    const at = { connection: 0, number: i + 1 };
    journal.request(0, i + 1, asked);
    journal.flush();
    journal.answer({ ...at, status: order ? 201 : 409, code, order, isReplay, latencyMicros: 900 });
  });
  journal.close();
  return file;
}

async function verdictOf(
  answers: readonly Answered[],
  orders: readonly LedgerOrder[],
  isQuiet = true,
): Promise<Verdict> {
  const evidence = await gatherEvidence([writeJournal(answers)]);
  const ledger: Ledger = { orders, caps: new Map([[OFFER, CAP]]) };
  return check(evidence, ledger, isQuiet);
}

test('a sale that sold each of its units once is clean', async () => {
  const verdict = await verdictOf(sellOut(), soldLedger());
  expect(verdict).toEqual({
    sold: CAP,
    cap: CAP,
    oversold: 0,
    undersold: 0,
    lost: 0,
    unrequested: 0,
    duplicate: 0,
    examples: [],
  });
  expect(isClean(verdict)).toBe(true);
});

/** Changes, each with the part of the verdict that it changes. */
const changes: [string, () => [Answered[], LedgerOrder[]], Partial<Verdict>][] = [
  [
    'a deleted row of the ledger',
    () => [sellOut(), soldLedger().slice(1)],
    { lost: 1, undersold: 1, sold: 2 },
  ],
  [
    'an added row of the ledger that nobody asked for',
    () => [sellOut(), [...soldLedger(), ledgerOrder(9)]],
    { unrequested: 1, oversold: 1 },
  ],
  [
    'an added row of the ledger for a shopper who was refused',
    () => [sellOut(), [...soldLedger(), ledgerOrder(4)]],
    { unrequested: 0, oversold: 1 },
  ],
  [
    'a second order under one key in the ledger',
    () => [sellOut(), [...soldLedger(), { ...ledgerOrder(2), id: 'order-8' }]],
    { duplicate: 1, oversold: 1 },
  ],
  [
    'a row of the ledger with another quantity',
    () => [sellOut(), [ledgerOrder(1), ledgerOrder(2), { ...ledgerOrder(3), quantity: 2 }]],
    { unrequested: 1, oversold: 1 },
  ],
  [
    'a row of the ledger under another shopper',
    () => [sellOut(), [ledgerOrder(1), ledgerOrder(2), { ...ledgerOrder(3), shopper: 'else' }]],
    { unrequested: 1, lost: 1 },
  ],
  [
    'units returned to the sale although a shopper was refused',
    () => [sellOut(), [ledgerOrder(1), ledgerOrder(2), { ...ledgerOrder(3), isLive: false }]],
    { undersold: 1, lost: 0 },
  ],
  [
    'a refunded unit that went on sale again but was not bought',
    () => [sellOut(), [ledgerOrder(1), ledgerOrder(2), { ...ledgerOrder(3), restocked: 1 }]],
    { undersold: 1, lost: 0, sold: 2 },
  ],
  [
    'an answer that names another order',
    () => [[{ purchase: purchase(1), order: 'order-7' }, ...sellOut().slice(1)], soldLedger()],
    { lost: 1 },
  ],
  [
    'a replay that names another order',
    () => {
      const answers = sellOut();
      answers[3] = { purchase: purchase(2), order: 'order-7', isReplay: true };
      return [answers, soldLedger()];
    },
    { duplicate: 1, lost: 1 },
  ],
  [
    'a request missing from the journal',
    () => [sellOut().slice(1), soldLedger()],
    { unrequested: 1 },
  ],
];

describe('the check fails for', () => {
  test.each(changes)('%s', async (_, change, wrong) => {
    const verdict = await verdictOf(...change());
    expect(verdict).toMatchObject(wrong);
    expect(isClean(verdict)).toBe(false);
    const isListed = wrong.lost ?? wrong.unrequested ?? wrong.duplicate;
    expect(verdict.examples.length > 0).toBe(Boolean(isListed));
  });
});

describe('a cart', () => {
  const line = (offer: string, quantity = 1) => ({ offer, quantity });
  const cart = [line('bottle'), line('bottle'), line('lid', 2)];
  const evidence: Evidence = {
    asked: new Map([[purchaseName('shopper-1', 'key-1'), [cart]]]),
    acknowledged: new Map([[purchaseName('shopper-1', 'key-1'), new Set(['order-1'])]]),
    soldOut: new Set(),
  };
  const caps = new Map([
    ['bottle', 2],
    ['lid', 9],
    ['tote', 1],
  ]);
  const inLedger = (bought: UnitsOf[], gifts: UnitsOf[] = [line('tote')]): Ledger => ({
    orders: [
      ...bought.map((one) => ({ ...ledgerOrder(1), ...one, isGift: false })),
      ...gifts.map((one) => ({ ...ledgerOrder(1), ...one, isGift: true })),
    ],
    caps,
  });

  test('is clean with the lines asked for, with or without gifts', () => {
    expect(check(evidence, inLedger(cart), true)).toMatchObject({ sold: 5, cap: 12 });
    expect(isClean(check(evidence, inLedger(cart), true))).toBe(true);
    expect(isClean(check(evidence, inLedger(cart, []), true))).toBe(true);
  });

  const bare = { ...ledgerOrder(1), offer: null, quantity: 0 };
  const wrongs: [string, Ledger, Partial<Verdict>][] = [
    ['one line too few', inLedger(cart.slice(1)), { unrequested: 1, undersold: 1 }],
    ['lines in another order', inLedger(cart.toReversed()), { unrequested: 1, sold: 5 }],
    ['other lines', inLedger([line('cup'), ...cart.slice(1)]), { unrequested: 1 }],
    ['one gift too many', inLedger(cart, [line('tote', 2)]), { oversold: 1 }],
    ['no lines', { orders: [bare], caps }, { unrequested: 1, undersold: 2, lost: 0 }],
  ];
  test.each(wrongs)('is not clean when the ledger holds %s', (_, ledger, wrong) => {
    expect(check(evidence, ledger, true)).toMatchObject(wrong);
  });
});

test('units that nobody asked for are not undersold', async () => {
  expect(await verdictOf([placed(1)], [ledgerOrder(1)])).toMatchObject({ sold: 1, undersold: 0 });
});

test('units asked for but left over are undersold once the sale is quiet, not before', async () => {
  const answers = [placed(1), placed(2), { purchase: purchase(3), code: 'busy' }];
  const orders = [ledgerOrder(1), ledgerOrder(2)];
  expect(await verdictOf(answers, orders, false)).toMatchObject({ undersold: 0 });
  expect(await verdictOf(answers, orders)).toMatchObject({ undersold: 1, lost: 0 });
});

test('an order that got no answer may be in the ledger', async () => {
  const cut: Answered = { purchase: purchase(3), code: 'status 0' };
  const answers = [placed(1), placed(2), cut];
  expect(isClean(await verdictOf(answers, soldLedger()))).toBe(true);
});

test('a journal that breaks off in its last line is read up to that line', async () => {
  const file = writeJournal(sellOut());
  writeFileSync(file, 'A\t0\t99\t20', { flag: 'a' });
  let lines = 0;
  for await (const _ of readJournal(file)) lines++;
  expect(lines).toBe(sellOut().length * 2);
});

test('an answer without its request is a fault of the journal', async () => {
  const file = join(folder, 'journal');
  writeFileSync(file, 'A\t0\t1\t201\t\torder-1\t0\t900\n');
  await expect(gatherEvidence([file])).rejects.toThrow(RangeError);
});

test('a line that is not a journal’s is refused', () => {
  expect(() => parseJournalLine('R\t1\t2\tshopper')).toThrow(RangeError);
  expect(() => parseJournalLine('')).toThrow(RangeError);
});
