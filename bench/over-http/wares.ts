import type { Pool } from 'pg';
import type { Verdict } from '../../proof/checker/compare-books.ts';
import type { RushOffer } from '../../proof/crowd/rush-plan.ts';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';

/** Shoppers of a rush. */
export const SHOPPERS = 20_000;
/** More units than any arm can sell. */
export const PLENTY = 100_000_000;

/** The routes that the echo answers as well. */
export type Route = 'orders' | 'quotes' | 'claims';

/** What an arm asks for: the sale, the requests, and how to count and check the result. */
export interface Wares {
  readonly route: Route;
  /** The part of the path behind `/v1/sales/:sale`. */
  readonly path: string;
  /** Drawn at random. Their answers all have the same number of bytes. */
  readonly requests: readonly RushOffer[];
  /** The kind under which the client counts a success. */
  readonly success: 'placed' | 'status 200';
  /** A sale with `amount` units of each offer, or with `amount` claims. */
  sale(id: string, amount: number): SaleFile;
  /** Counts the sale's orders or claims in the ledger. */
  count(pool: Pool, sale: string): Promise<number>;
  /** Compares the clients' journals with the ledger, once everything is settled. */
  check(
    pool: Pool,
    rush: { readonly sale: string; readonly journals: readonly string[]; readonly amount: number },
  ): Promise<Verdict>;
}

export const bodyOf = ({ id, body }: RushOffer): string =>
  body ?? JSON.stringify({ lines: [{ offer: id, quantity: 1 }] });
