import type { CellRecord, CellShas, CellState } from '../domain/cell-record.ts';
import type { Rules } from '../domain/pricing/cart.ts';
import type { CellId, OfferId } from '../domain/ids.ts';
import { rulesOf } from '../domain/pricing/rules-of-sale.ts';
import type { Offer, Sale } from '../domain/sale.ts';
import { cellKeys } from './keys.ts';
import type { CellKeys } from './keys.ts';
import { PROTOCOL } from './scripts.ts';

/** Where a cell's scripts and keys are in its present epoch. */
export interface CellPlace {
  readonly id: CellId;
  readonly epoch: number;
  /** Null while the cell is being opened, or when its scripts are of another protocol. */
  readonly shas: CellShas | null;
  readonly state: CellState;
  /** False when a process of another release opened it: this one must stand back. */
  readonly isOurProtocol: boolean;
  readonly keys: CellKeys;
}

export interface SalePlace {
  readonly sale: Sale;
  readonly offers: ReadonlyMap<OfferId, Offer>;
  readonly rules: Rules;
  /** One per cell, by number; empty before the first opening. */
  readonly cells: readonly CellPlace[];
}

export interface DirectorySource {
  /** Cheap: a number that rises whenever a sale, an offer or a cell's place changed. */
  revision(): Promise<number>;
  load(): Promise<readonly { sale: Sale; cells: readonly CellRecord[] }[]>;
}

function placeOf(record: CellRecord): CellPlace {
  const isOurProtocol = record.shas === null || record.protocol === PROTOCOL;
  return {
    id: record.id,
    epoch: record.epoch,
    shas: record.state === 'open' && isOurProtocol ? record.shas : null,
    state: record.state,
    isOurProtocol,
    keys: cellKeys(record.id, record.epoch),
  };
}

const salePlace = (sale: Sale, cells: readonly CellRecord[]): SalePlace => ({
  sale,
  offers: new Map(sale.offers.map((offer) => [offer.id, offer])),
  rules: rulesOf(sale),
  cells: cells.map(placeOf),
});

/**
 * This process's memory of every sale and where its cells stand, refreshed from the ledger. While
 * the ledger is away the last view goes on serving: purchases need no Postgres.
 */
export class Directory {
  readonly #source: DirectorySource;
  #sales = new Map<string, SalePlace>();
  #revision = -1;
  #refreshing: Promise<void> | null = null;

  constructor(source: DirectorySource) {
    this.#source = source;
  }

  sale(id: string): SalePlace | undefined {
    return this.#sales.get(id);
  }

  sales(): readonly SalePlace[] {
    return [...this.#sales.values()];
  }

  cell({ sale, cell }: CellId): CellPlace | undefined {
    return this.#sales.get(sale)?.cells[cell];
  }

  /** Calls during a refresh share one that begins after it. @throws when the ledger is away */
  async refresh(): Promise<void> {
    if (this.#refreshing) await this.#refreshing.catch(() => {});
    this.#refreshing ??= this.#load().finally(() => (this.#refreshing = null));
    await this.#refreshing;
  }

  async #load(): Promise<void> {
    const revision = await this.#source.revision();
    if (revision === this.#revision) return;
    const sales = await this.#source.load();
    this.#sales = new Map(sales.map(({ sale, cells }) => [sale.id, salePlace(sale, cells)]));
    this.#revision = revision;
  }
}
