import type { SaleId } from '../../domain/ids.ts';
import type { RecordedChange } from '../../domain/people/change.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A change with its link to the one before it. */
export interface ChainedChange extends RecordedChange {
  readonly prev: Buffer;
  readonly hash: Buffer;
}

/** Which changes of a sale to read; null: any. */
export interface ChangeFilter {
  /** The store that the changed things belong to. */
  readonly owner: string | null;
  readonly subject: string | null;
  /** Only changes of this shopper's balances. */
  readonly shopper: string | null;
  readonly fromMs: number | null;
  /** Changes at this time are left out. */
  readonly untilMs: number | null;
}

const list = query<ChainedChange>('changes/list');

/**
 * Reads changes of a sale, oldest first.
 * @param sale null: those that belong to no sale
 * @param after only changes with a greater number
 */
export const changesOfSale = (
  on: Queryable,
  sale: SaleId | null,
  { owner, subject, shopper, fromMs, untilMs }: ChangeFilter,
  after: number,
  most: number,
): Promise<ChainedChange[]> =>
  rows(on, list, [sale ?? '', owner, subject, shopper, fromMs, untilMs, after, most]);

/** Where a change stands among those of all sales. */
export interface ChangeAt {
  readonly atMs: number;
  /** '': it belongs to no sale. */
  readonly sale: string;
  readonly number: number;
}

const newest = query<ChainedChange>('changes/newest');

/**
 * Reads changes of all sales, newest first.
 * @param before only those that stand before this one; null: from the newest on
 */
export const newestChanges = (
  on: Queryable,
  before: ChangeAt | null,
  most: number,
): Promise<ChainedChange[]> =>
  rows(on, newest, [before?.atMs ?? null, before?.sale ?? null, before?.number ?? null, most]);
