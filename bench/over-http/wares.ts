import type { Pool } from 'pg';
import type { Verdict } from '../../proof/checker/compare-books.ts';
import type { RushOffer } from '../../proof/crowd/rush-plan.ts';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';

/** Those of a rush, in random order. */
export const SHOPPERS = 20_000;
/** So much that no arm comes near its end. */
export const PLENTY = 100_000_000;

/** Routes that the echo answers, too. */
export type Route = 'orders' | 'quotes' | 'claims';

/** What an arm asks for: of which sale, by which requests, and how the ledger counts it. */
export interface Wares {
  readonly route: Route;
  /** Behind `/v1/sales/:sale`. */
  readonly path: string;
  /** Drawn by chance; all of them are answered with as many bytes. */
  readonly requests: readonly RushOffer[];
  /** How the client counts a success. */
  readonly success: 'placed' | 'status 200';
  /** A sale of `amount` units of each offer, or claims. */
  sale(id: string, amount: number): SaleFile;
  /** What the ledger holds of it. */
  count(pool: Pool, sale: string): Promise<number>;
  /** The clients' journals against the ledger, once all is settled. */
  check(
    pool: Pool,
    rush: { readonly sale: string; readonly journals: readonly string[]; readonly amount: number },
  ): Promise<Verdict>;
}

export const bodyOf = ({ id, body }: RushOffer): string =>
  body ?? JSON.stringify({ lines: [{ offer: id, quantity: 1 }] });
