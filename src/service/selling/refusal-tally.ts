import type { Pool } from 'pg';
import type { Directory } from '../../cell/sale-directory.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { addRefusals } from '../../ledger/reading/refusal-counts.ts';

/** The refusals that a sale is responsible for; others are faults of the request. */
const COUNTED: ReadonlySet<Refusal['code']> = new Set([
  'sold_out',
  'limit_reached',
  'sale_not_open',
  'sale_over',
  'sale_paused',
  'price_changed',
  'coupon_unavailable',
  'balance_short',
  'rate_limited',
  'busy',
]);
const ROWS_A_STATEMENT = 1_000;

type Counts = Map<string, Map<string, Map<string, number>>>;

/** The entry of a map, made when it is missing. */
function inner<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<string, Value>();
  map.set(key, made);
  return made;
}

/**
 * Counts why the lines of orders were refused, by sale and offer. Counting is a few look-ups, for
 * the hot path; from time to time the counts are added to those in the ledger. It counts only
 * offers that exist, so a caller that invents ids takes no memory.
 */
export class RefusalTally {
  readonly #directory: Pick<Directory, 'sale'>;
  readonly #pool: Pool;
  #counts: Counts = new Map();

  constructor({ directory, pool }: { directory: Pick<Directory, 'sale'>; pool: Pool }) {
    this.#directory = directory;
    this.#pool = pool;
  }

  note({ sale, lines }: Pick<OrderRequest, 'sale' | 'lines'>, { code }: Refusal): void {
    if (!COUNTED.has(code)) return;
    const offers = this.#directory.sale(sale)?.offers;
    if (!offers) return;
    for (const { offer } of lines) if (offers.has(offer)) this.#add(sale, offer, code, 1);
  }

  /** Adds the counts to the ledger. When that fails they stay for the next time. */
  async flush(): Promise<void> {
    const counts = this.#counts;
    this.#counts = new Map();
    const rows = rowsOf(counts);
    for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) {
      try {
        await addRefusals(this.#pool, rows.slice(i, i + ROWS_A_STATEMENT));
      } catch (error) {
        for (const { sale, offer, code, refused } of rows.slice(i)) {
          this.#add(sale, offer, code, refused);
        }
        throw error;
      }
    }
  }

  #add(sale: string, offer: string, code: string, refused: number): void {
    const byCode = inner(inner(this.#counts, sale), offer);
    byCode.set(code, (byCode.get(code) ?? 0) + refused);
  }
}

const rowsOf = (counts: Counts) =>
  [...counts].flatMap(([sale, byOffer]) =>
    [...byOffer].flatMap(([offer, byCode]) =>
      [...byCode].map(([code, refused]) => ({ sale, offer, code, refused })),
    ),
  );

/** Counts a refused order. */
export const noteRefusal = (
  { refusals }: { readonly refusals: Pick<RefusalTally, 'note'> },
  request: Pick<OrderRequest, 'sale' | 'lines'>,
  refusal: Refusal,
): void => refusals.note(request, refusal);
