import type { Pool } from 'pg';
import type { EntryClaim, EntryOrder, OutboxItem } from '../../src/domain/outbox-entry.ts';
import type { CellId } from '../../src/domain/ids.ts';
import type { Instruction } from '../../src/domain/inbox-instruction.ts';
import type { Offer, SaleTerms } from '../../src/domain/sale.ts';
import { claimEpoch, findCursor, recordOpen } from '../../src/ledger/cell-rows.ts';
import { instructionsAfter } from '../../src/ledger/instructions.ts';
import { putOffer } from '../../src/ledger/terms/put-offer.ts';
import { moveSale, putSale } from '../../src/ledger/terms/put-sale.ts';
import { settleItems } from '../../src/ledger/cells/settle.ts';
import type { SettleResult } from '../../src/ledger/cells/settle.ts';
import { createPool } from '../../src/platform/postgres.ts';
import { OPERATOR, newSaleId, newSerial, storeId } from './ids.ts';
import { offer } from './offers.ts';
import { saleTerms } from './sale-terms.ts';

/** An offer of the cart lane at 10.00 in store s1, unless told otherwise. */
export const cartOffer = (id: string, more: Partial<Offer> = {}): Offer =>
  offer(id, {
    store: storeId('s1'),
    priceMinor: 1_000,
    listPriceMinor: 1_000,
    lane: 'cart',
    ...more,
  });

/** A sale that exists only in the ledger: its cells are open there, but not in Redis. */
export class LedgerSale {
  readonly id = newSaleId();
  readonly pool: Pool;
  readonly #lastTags = new Map<number, string>();

  private constructor(pool: Pool) {
    this.pool = pool;
  }

  /** A draft with the offers `a` and `b` of store s1 and `c` of store s2. */
  static async create(
    { databaseUrl }: { readonly databaseUrl: string },
    more: Partial<SaleTerms> = {},
  ): Promise<LedgerSale> {
    const sale = new LedgerSale(
      createPool(databaseUrl, { statementMs: 60_000, onError: () => {} }),
    );
    await sale.set(more);
    for (const id of ['a', 'b']) await putOffer(sale.pool, sale.id, cartOffer(id), OPERATOR);
    await putOffer(sale.pool, sale.id, cartOffer('c', { store: storeId('s2') }), OPERATOR);
    return sale;
  }

  set(more: Partial<SaleTerms>) {
    return putSale(this.pool, this.id, saleTerms(more), OPERATOR);
  }

  cell(cell = 0): CellId {
    return { sale: this.id, cell };
  }

  async open(cells = 1): Promise<void> {
    await moveSale(this.pool, this.id, 'open', OPERATOR);
    for (let cell = 0; cell < cells; cell++) {
      await claimEpoch(this.pool, this.cell(cell), 1, 1);
      await recordOpen(this.pool, this.cell(cell), 1, { protocol: 1, shas: {}, runId: null });
    }
  }

  /** The bodies of a cell's instructions after a number, at most 100. */
  async told(cell = 0, after = 0): Promise<Instruction[]> {
    const list = await instructionsAfter(this.pool, this.cell(cell), after);
    return list.map(({ body }) => body);
  }

  /** Settles one outbox entry of a cell: the next in its chain. */
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
      placed: null,
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

  /** The first column of a query's only row. `$1` is the sale. */
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
