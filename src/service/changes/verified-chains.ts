import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { BrokenPromise } from '../../ledger/audit.ts';
import type { ChainEnd } from '../../ledger/changes/chain-ends.ts';
import { START, verifyLinks, verifyToEnd } from '../../ledger/changes/verify-chain.ts';
import type { ChainFault, Link } from '../../ledger/changes/verify-chain.ts';
import { lastAuditUs } from '../../ledger/sale-status.ts';

/** How far a chain was verified, and how far a second look at it has come. */
interface Progress {
  readonly known: Link;
  readonly again: Link;
}

/** The changes of a chain that are looked at again in one round. */
const AGAIN_ROWS = 500;

/** The rows of the audit about a chain of changes. @param sale null: those of no sale */
const rowsOf = (sale: SaleId | null, faults: readonly ChainFault[]): BrokenPromise[] =>
  faults.map(({ number, detail }) => ({
    promise: 'I14',
    subject: `${sale ?? '(no sale)'}/change ${number}`,
    detail,
  }));

/** Verifies a chain from its first change to its end. */
export async function verifyWhole(pool: Pool, sale: SaleId | null): Promise<BrokenPromise[]> {
  return rowsOf(sale, (await verifyToEnd(pool, sale, START)).faults);
}

/**
 * Verifies chains again and again without reading all of them each time. It remembers how far a
 * chain was sound, verifies the changes since then, and looks at some older ones again. Once it has
 * found a fault, it looks at the same place every time, so that it finds the fault again.
 */
export class VerifiedChains {
  readonly #progress = new Map<string, Progress>();
  /** When the ledger noted an audit of a sale, in microseconds since 1970. */
  readonly #notedUs = new Map<SaleId, number>();

  /** Remembers that the ledger noted an audit of a sale. */
  noteAudit(sale: SaleId, ranAtUs: number): void {
    this.#notedUs.set(sale, ranAtUs);
  }

  /**
   * Forgets all chains when the ledger lacks an audit that it had noted: it was restored from an
   * older backup, and does not have all changes that this process verified.
   * @returns whether it did so
   */
  async forgetIfRestored(pool: Pool, sale: SaleId): Promise<boolean> {
    const notedUs = this.#notedUs.get(sale);
    if (notedUs === undefined) return false;
    const lastUs = await lastAuditUs(pool, sale);
    if (lastUs !== null && lastUs >= notedUs) return false;
    this.#progress.clear();
    this.#notedUs.clear();
    return true;
  }

  /** Whether a chain was verified up to this end. */
  hasVerified({ sale, number, hash }: ChainEnd): boolean {
    const known = this.#progress.get(sale ?? '')?.known;
    return known?.number === number && known.hash.equals(hash);
  }

  async verify(pool: Pool, sale: SaleId | null): Promise<BrokenPromise[]> {
    const key = sale ?? '';
    const { known, again } = this.#progress.get(key) ?? { known: START, again: START };
    const newer = await verifyToEnd(pool, sale, known);
    if (newer.faults.length > 0) return rowsOf(sale, newer.faults);
    const upTo = Math.min(again.number + AGAIN_ROWS, known.number);
    const older = await verifyLinks(pool, sale, again, upTo);
    if (older.faults.length > 0) return rowsOf(sale, older.faults);
    const isRound = older.reached.number === known.number;
    this.#progress.set(key, { known: newer.reached, again: isRound ? START : older.reached });
    return [];
  }
}
