import type { CellRecord } from '../domain/cells/cell-record.ts';
import type { Rules } from '../domain/pricing/cart.ts';
import type { CellId, OfferId } from '../domain/ids.ts';
import { rulesOf } from '../domain/pricing/rules-of-sale.ts';
import type { Offer, Sale } from '../domain/sale.ts';
import { saleHead } from '../domain/terms/sale-head.ts';
import type { SaleHead } from '../domain/terms/sale-head.ts';
import { apart, within } from '../platform/deadline.ts';
import { cellAddress } from './cell-address.ts';
import type { CellAddress } from './cell-address.ts';
import type { CellConnections } from './connections.ts';

/** A sale as this process knows it. */
export interface KnownSale {
  readonly sale: Sale;
  /** What a list of sales shows of it. */
  readonly head: SaleHead;
  readonly offers: ReadonlyMap<OfferId, Offer>;
  readonly rules: Rules;
  /** One for each cell, by its number; empty before the first opening. */
  readonly cells: readonly CellAddress[];
}

export interface DirectorySource {
  /** Cheap: a number that rises whenever a sale, an offer or a cell's address changed. */
  revision(): Promise<number>;
  load(): Promise<readonly { sale: Sale; cells: readonly CellRecord[] }[]>;
}

/** A ledger that does not answer in this time is given up; the next refresh asks it anew. */
const REVISION_MS = 2_000;
const LOAD_MS = 10_000;

/**
 * This process's memory of every sale and of its cells' addresses, refreshed from the ledger. While
 * the ledger is away the last view stays in use: purchases need no Postgres.
 */
export class Directory {
  readonly #source: DirectorySource;
  readonly #connections: CellConnections;
  readonly #protocol: number;
  #sales = new Map<string, KnownSale>();
  #revision = -1;
  #refreshing: Promise<void> | null = null;

  /** @param protocol of this process */
  constructor(source: DirectorySource, connections: CellConnections, protocol: number) {
    this.#source = source;
    this.#connections = connections;
    this.#protocol = protocol;
  }

  sale(id: string): KnownSale | undefined {
    return this.#sales.get(id);
  }

  sales(): readonly KnownSale[] {
    return [...this.#sales.values()];
  }

  cell({ sale, cell }: CellId): CellAddress | undefined {
    return this.#sales.get(sale)?.cells[cell];
  }

  /** Calls during a refresh share one that begins after it. @throws when the ledger is away */
  async refresh(): Promise<void> {
    if (this.#refreshing) await this.#refreshing.catch(() => {});
    this.#refreshing ??= apart(() => this.#load()).finally(() => (this.#refreshing = null));
    await this.#refreshing;
  }

  async #load(): Promise<void> {
    const revision = await within(REVISION_MS, () => this.#source.revision());
    if (revision === this.#revision) return;
    const sales = await within(LOAD_MS, () => this.#source.load());
    this.#sales = new Map(sales.map(({ sale, cells }) => [sale.id, this.#known(sale, cells)]));
    this.#revision = revision;
  }

  #known(sale: Sale, cells: readonly CellRecord[]): KnownSale {
    return {
      sale,
      head: saleHead(sale),
      offers: new Map(sale.offers.map((offer) => [offer.id, offer])),
      rules: rulesOf(sale),
      cells: cells.map((record) => cellAddress(this.#connections, record, this.#protocol)),
    };
  }
}
