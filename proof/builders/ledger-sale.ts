import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { EntryClaim, EntryOrder, OutboxItem } from '../../src/domain/outbox-entry.ts';
import type {
  CellId,
  IdempotencyKey,
  OfferId,
  SaleId,
  ShopperId,
  StoreId,
} from '../../src/domain/ids.ts';
import type { Instruction } from '../../src/domain/inbox-instruction.ts';
import { DEFAULT_LAYERS } from '../../src/domain/pricing/promotion.ts';
import type { Budget, Promotion } from '../../src/domain/pricing/promotion.ts';
import { readReceipt } from '../../src/domain/receipt.ts';
import type { PackedApplied } from '../../src/domain/receipt.ts';
import type { Offer, SaleTerms } from '../../src/domain/sale.ts';
import { claimEpoch, findCursor, recordOpen } from '../../src/ledger/cell-rows.ts';
import { instructionsAfter } from '../../src/ledger/instructions.ts';
import { putOffer } from '../../src/ledger/terms/put-offer.ts';
import { moveSale, putSale } from '../../src/ledger/terms/put-sale.ts';
import { settleItems } from '../../src/ledger/cells/settle.ts';
import type { SettleResult } from '../../src/ledger/cells/settle.ts';
import { createPool } from '../../src/platform/postgres.ts';
import type { World } from '../../tests/world/servers/world.ts';

const terms = (more: Partial<SaleTerms>): SaleTerms => ({
  name: 'A sale',
  currency: 'CNY',
  opensAtMs: Date.UTC(2025, 0, 1),
  closesAtMs: Date.UTC(2099, 0, 1),
  payWithinS: 900,
  cells: 1,
  layers: DEFAULT_LAYERS,
  pointsRate: 1,
  holdsPerShopper: 64,
  cooldownAfter: 64,
  cooldownS: 0,
  hasClawback: false,
  ...more,
});

export const cartOffer = (id: string, more: Partial<Offer> = {}): Offer => ({
  id: id as OfferId,
  store: 's1' as StoreId,
  title: `Offer ${id}`,
  priceMinor: 1_000,
  listPriceMinor: 1_000,
  cap: 100,
  limitPerShopper: null,
  lane: 'cart',
  categories: [],
  excludes: [],
  opensAtMs: null,
  closesAtMs: null,
  ...more,
});

export const budget = (id: string, more: Partial<Budget> = {}): Budget => ({
  id,
  store: null,
  amountMinor: 1_000,
  policy: 'partial',
  ...more,
});

export const promotion = (id: string, more: Partial<Promotion> = {}): Promotion => ({
  id,
  layer: 'cross_store',
  stores: null,
  offers: null,
  categories: null,
  members: null,
  isFullPriceOnly: false,
  isCoupon: false,
  effect: { kind: 'fixed', off: 100, from: 0 },
  budget: null,
  funder: 'platform',
  claims: null,
  ...more,
});

export const newSerial = (): string => randomBytes(16).toString('base64url');
export const shopperId = (name: string) => name as ShopperId;
export const storeId = (name: string) => name as StoreId;
export const offerId = (name: string) => name as OfferId;

interface CartParts {
  readonly shopper: string;
  readonly key?: string;
  /** offer, store, quantity, price … */
  readonly lines?: (string | number)[];
  /** offer, store, quantity … */
  readonly gifts?: (string | number)[];
  readonly applied?: PackedApplied[];
  readonly outOfGifts?: string[];
  readonly points?: number;
}

/** An order as its script wrote it: one unit of `a` at 10.00 unless told otherwise. */
export function cart({ shopper, key, lines, gifts, applied, ...rest }: CartParts): EntryOrder {
  const { outOfGifts = [], points = 0 } = rest;
  const packed = [lines ?? ['a', 's1', 1, 1_000], gifts ?? [], applied ?? [], outOfGifts, points];
  const serial = newSerial();
  return {
    serial,
    shopper,
    key: (key ?? serial) as IdempotencyKey,
    fingerprint: 'f',
    ...readReceipt(packed)!,
  };
}

/** What a promotion took, by line, of a basis of 50.00 and with 7 forfeited. */
export const took = (
  promotion: string,
  shares: number[],
  more: { layer?: string; budget?: string; isCoupon?: boolean; funder?: 'store' } = {},
): PackedApplied => {
  const { layer = 'cross_store', budget: from = '', isCoupon = false, funder } = more;
  const discount = shares.reduce((sum, share) => sum + share, 0);
  const figures = [5_000, discount, 7] as const;
  return [promotion, layer, ...figures, funder ?? 'platform', from, isCoupon, shares];
};

export function claim(parts: Partial<Omit<EntryClaim, 'key'>> & { key?: string }): EntryClaim {
  const serial = newSerial();
  const { key = serial, shopper = 'u', promotion: of = 'p', amountMinor = 0, ...rest } = parts;
  const given = { shopper, promotion: of, amountMinor, key: key as IdempotencyKey };
  return { serial, budget: null, ...rest, ...given };
}

/** A sale in a ledger of its own; its cells are open, but only in the ledger. */
export class LedgerSale {
  readonly id = `s${randomBytes(4).toString('hex')}` as SaleId;
  readonly pool: Pool;
  readonly #lastTags = new Map<number, string>();

  private constructor(pool: Pool) {
    this.pool = pool;
  }

  /** A draft with the offers `a` and `b` of store s1 and `c` of store s2. */
  static async create(
    { databaseUrl }: Pick<World, 'databaseUrl'>,
    more: Partial<SaleTerms> = {},
  ): Promise<LedgerSale> {
    const sale = new LedgerSale(createPool(databaseUrl, { onError: () => {} }));
    await sale.set(more);
    for (const id of ['a', 'b']) await putOffer(sale.pool, sale.id, cartOffer(id), null);
    await putOffer(sale.pool, sale.id, cartOffer('c', { store: storeId('s2') }), null);
    return sale;
  }

  set(more: Partial<SaleTerms>) {
    return putSale(this.pool, this.id, terms(more));
  }

  cell(cell = 0): CellId {
    return { sale: this.id, cell };
  }

  async open(cells = 1): Promise<void> {
    await moveSale(this.pool, this.id, 'open');
    for (let cell = 0; cell < cells; cell++) {
      await claimEpoch(this.pool, this.cell(cell), 1);
      await recordOpen(this.pool, this.cell(cell), 1, { protocol: 1, shas: {} });
    }
  }

  /** Bodies of a cell's inbox after a number, at most 100. */
  async told(cell = 0, after = 0): Promise<Instruction[]> {
    const list = await instructionsAfter(this.pool, this.cell(cell), after);
    return list.map(({ body }) => body);
  }

  /** Settles one outbox entry of a cell, the next in its chain. */
  async settle(
    { orders = [], claims = [] }: { orders?: EntryOrder[]; claims?: EntryClaim[] },
    cell = 0,
  ): Promise<SettleResult> {
    const { cursorSeq, epoch } = (await findCursor(this.pool, this.cell(cell)))!;
    const item = this.#item(cell, cursorSeq + 1, { orders, claims });
    const request = { cell: this.cell(cell), epoch, itemsEpoch: epoch, items: [item] };
    return settleItems(this.pool, request);
  }

  #item(
    cell: number,
    seq: number,
    { orders, claims }: { orders: EntryOrder[]; claims: EntryClaim[] },
  ): OutboxItem {
    const prev = this.#lastTags.get(cell) ?? '';
    const tag = newSerial();
    this.#lastTags.set(cell, tag);
    const atMs = Date.UTC(2025, 5, 1);
    const chain = { seq, tag, prev };
    return {
      ...chain,
      bytes: Buffer.alloc(0),
      orderCount: orders.length + claims.length,
      fault: null,
      entry: {
        ...chain,
        epoch: 1,
        atMs,
        payByMs: atMs + 900_000,
        rulesVersion: 1,
        orders,
        claims,
        withdrawn: null,
      },
    };
  }

  /** The first column of the only row of a query, `$1` being the sale. */
  async one<T>(text: string, ...values: unknown[]): Promise<T> {
    const { rows } = await this.pool.query({
      text,
      values: [this.id, ...values],
      rowMode: 'array',
    });
    return rows[0]![0] as T;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
