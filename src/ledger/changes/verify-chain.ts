import type { SaleId } from '../../domain/ids.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { hashOf } from './chain-hash.ts';
import { changesOfSale } from './read-changes.ts';
import type { ChainedChange } from './read-changes.ts';

/** A change of a chain, by its number and its hash. */
export interface Link {
  readonly number: number;
  readonly hash: Buffer;
}

/** What is wrong at a number of a chain. */
export interface ChainFault {
  readonly number: number;
  readonly detail: string;
}

interface ChainEnd {
  readonly last: number;
  readonly hash: Buffer;
  readonly greatest: number;
}

/** The link before the first change. */
export const START: Link = { number: 0, hash: Buffer.alloc(0) };

const ROWS = 200;
const MAX_FAULTS = 100;
const ANY = { owner: null, subject: null, shopper: null, fromMs: null, untilMs: null };

const end = query<ChainEnd>('changes/end');

const missing = (first: number, last: number): ChainFault => ({
  number: first,
  detail: first === last ? 'is missing' : `is missing, and so are all up to ${last}`,
});

/** The faults of a change, given the one before it. */
function faultsOf(change: ChainedChange, before: Link): ChainFault[] {
  const { number, prev, hash } = change;
  const faults: ChainFault[] = [];
  if (number > before.number + 1) faults.push(missing(before.number + 1, number - 1));
  else if (!prev.equals(before.hash)) {
    faults.push({ number, detail: 'does not continue the change before it' });
  }
  if (!hashOf(prev, change).equals(hash)) faults.push({ number, detail: 'was altered' });
  return faults;
}

/** Changes that were verified, and the last of them. */
export interface Verified {
  readonly faults: readonly ChainFault[];
  readonly reached: Link;
}

/**
 * Verifies changes that follow a link, one after another, until it has found a hundred faults.
 * @param upTo the last number
 */
export async function verifyLinks(
  on: Queryable,
  sale: SaleId | null,
  from: Link,
  upTo: number,
): Promise<Verified> {
  const faults: ChainFault[] = [];
  let reached = from;
  while (reached.number < upTo && faults.length < MAX_FAULTS) {
    const most = Math.min(ROWS, upTo - reached.number);
    const page = await changesOfSale(on, sale, ANY, reached.number, most);
    const due = page.filter(({ number }) => number <= upTo);
    for (const change of due) {
      faults.push(...faultsOf(change, reached));
      reached = { number: change.number, hash: change.hash };
    }
    if (due.length === most) continue;
    if (reached.number < upTo) faults.push(missing(reached.number + 1, upTo));
    break;
  }
  return { faults, reached };
}

/** What is wrong with the end of a chain, given the last change that was verified. */
function endFaults({ last, hash, greatest }: ChainEnd, reached: Link): ChainFault[] {
  if (reached.number > last) return [missing(last + 1, reached.number)];
  if (greatest > last) return [{ number: last + 1, detail: 'follows the end of the chain' }];
  if (reached.hash.equals(hash)) return [];
  return [{ number: last, detail: 'is not the change with which the chain ended' }];
}

/** Verifies the changes after a link, and that the chain ends where the ledger says. */
export async function verifyToEnd(
  on: Queryable,
  sale: SaleId | null,
  from: Link,
): Promise<Verified> {
  const noted = (await rows(on, end, [sale ?? '']))[0]!;
  const { faults, reached } = await verifyLinks(on, sale, from, noted.last);
  return { faults: faults.length > 0 ? faults : endFaults(noted, reached), reached };
}
