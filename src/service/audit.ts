import type { Pool } from 'pg';
import type { CellAddress } from '../cell/cell-address.ts';
import { damagedKeys } from '../cell/cells/damaged-keys.ts';
import type { Directory } from '../cell/sale-directory.ts';
import { cellName } from '../domain/ids.ts';
import type { SaleId } from '../domain/ids.ts';
import { auditLedger, unitsOfSale } from '../ledger/audit.ts';
import type { BrokenPromise } from '../ledger/audit.ts';
import { changesOfSale } from '../ledger/changes/read-changes.ts';
import { findSale } from '../ledger/sale-row.ts';
import type { VerifiedChains } from './changes/verified-chains.ts';
import { verifyWhole } from './changes/verified-chains.ts';
import { PATIENT, transaction } from '../platform/postgres.ts';
import type { Time } from '../platform/time.ts';
import { wrongContents, wrongTerms } from './damage/compare-contents.ts';
import { compareCounters } from './damage/compare-counters.ts';
import type { Counter } from './damage/compare-counters.ts';
import { placeOf } from './damage/finding.ts';
import type { Finding } from './damage/finding.ts';

export interface AuditDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly time: Pick<Time, 'sleep'>;
}

/** Units of a sale by where they stand; `available` and `unsettled` are the cells'. */
export interface UnitTotals {
  readonly cap: number;
  readonly debt: number;
  readonly unassigned: number;
  readonly allotted: number;
  readonly held: number;
  readonly sold: number;
  readonly buried: number;
  readonly unsettled: number;
  readonly available: number;
}

export interface AuditOptions {
  /** Whether the records of all shoppers are compared, which takes as long as there are many. */
  readonly hasRecords: boolean;
  /** How far chains of changes were verified before; without it, from their start. */
  readonly chains?: VerifiedChains;
}

export interface Audit {
  readonly brokenPromises: readonly BrokenPromise[];
  readonly units: UnitTotals;
}

interface CellAudit {
  readonly brokenPromises: readonly BrokenPromise[];
  readonly available: number;
  readonly unsettled: number;
  readonly buried: number;
}

const UNANSWERED = { available: 0, unsettled: 0, buried: 0 };
/** How often a cell that is being opened is asked again. */
const MAX_TRIES = 20;
const PAUSE_MS = 100;

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

const toRowOf =
  (cell: CellAddress) =>
  ({ promise, name, available, expected }: Counter): BrokenPromise => ({
    promise,
    subject: `${cellName(cell.id)}/${name}`,
    detail: `the cell may give ${available}, the ledger says ${expected}`,
  });

const silentRow = ({ id }: CellAddress): BrokenPromise => ({
  promise: 'I4',
  subject: cellName(id),
  detail: 'the cell did not answer: not compared',
});

const damagedRow =
  ({ id }: CellAddress) =>
  (finding: Finding): BrokenPromise => ({
    promise: 'I13',
    subject: `${cellName(id)}/${placeOf(finding)}`,
    detail: finding.detail,
  });

/** Compares one cell with the ledger; null when it is in another epoch, or keys are damaged. */
async function compareCell(
  deps: AuditDeps,
  cell: CellAddress,
  { hasRecords }: AuditOptions,
): Promise<CellAudit | null> {
  const compared = await compareCounters(deps, cell);
  if (!compared) return null;
  const contents = await (hasRecords ? wrongContents : wrongTerms)(deps, cell);
  const wrong = [...compared.wrong.map(toRowOf(cell)), ...contents.map(damagedRow(cell))];
  return { ...compared, brokenPromises: wrong };
}

/** What keeps a cell from being compared. */
async function unanswered(cell: CellAddress): Promise<CellAudit> {
  const damaged = cell.shas ? await damagedKeys(cell) : [];
  const rows = damaged.map((detail): BrokenPromise => ({
    promise: 'I13',
    subject: cellName(cell.id),
    detail,
  }));
  return { brokenPromises: rows.length > 0 ? rows : [silentRow(cell)], ...UNANSWERED };
}

/**
 * Compares one cell with the ledger. One that keeps moving epochs, or stays damaged, counts as
 * unanswered.
 */
export async function auditCell(
  deps: AuditDeps,
  cell: CellAddress,
  options: AuditOptions,
): Promise<CellAudit> {
  let present = cell;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const compared = await compareCell(deps, present, options);
    if (compared) return compared;
    await deps.time.sleep(PAUSE_MS);
    await deps.directory.refresh();
    present = deps.directory.cell(cell.id) ?? present;
  }
  return unanswered(present);
}

/** The faults in the changes of a sale, and in those that belong to no sale. */
async function wrongChanges(
  pool: Pool,
  sale: SaleId,
  { chains }: AuditOptions,
): Promise<BrokenPromise[]> {
  const verify = chains ? chains.verify.bind(chains, pool) : verifyWhole.bind(null, pool);
  return [...(await verify(sale)), ...(await verify(null))];
}

const ANY = { owner: null, subject: null, shopper: null, fromMs: null, untilMs: null };

/** Whether the ledger has a sale, or at least changes of it: a deleted draft has no more. */
const hasTraces = async (pool: Pool, sale: SaleId): Promise<boolean> =>
  (await findSale(pool, sale)) !== null || (await changesOfSale(pool, sale, ANY, 0, 1)).length > 0;

/**
 * Compares the cells of a sale with the ledger. Of a sale that left Redis, and of one that was
 * deleted, it checks the ledger and the chain of changes.
 * @param options without it, each record of each cell and each change is looked at
 * @returns null when there is no such sale, and never was
 */
export async function audit(
  deps: AuditDeps,
  sale: SaleId,
  options: AuditOptions = { hasRecords: true },
): Promise<Audit | null> {
  await deps.directory.refresh();
  const known = deps.directory.sale(sale);
  if (!known && !(await hasTraces(deps.pool, sale))) return null;
  const cells: CellAudit[] = [];
  for (const cell of known?.cells ?? []) cells.push(await auditCell(deps, cell, options));
  const brokenPromises = await transaction(
    deps.pool,
    (client) => auditLedger(client, sale),
    PATIENT,
  );
  const changes = await wrongChanges(deps.pool, sale, options);
  const offers = await unitsOfSale(deps.pool, sale);
  const total = (name: 'cap' | 'debt' | 'unassigned' | 'allotted' | 'held' | 'sold') =>
    sum(offers.map((offer) => offer[name]));
  return {
    brokenPromises: [
      ...brokenPromises,
      ...cells.flatMap((cell) => cell.brokenPromises),
      ...changes,
    ],
    units: {
      cap: total('cap'),
      debt: total('debt'),
      unassigned: total('unassigned'),
      allotted: total('allotted'),
      held: total('held'),
      sold: total('sold'),
      buried: sum(cells.map((cell) => cell.buried)),
      unsettled: sum(cells.map((cell) => cell.unsettled)),
      available: sum(cells.map((cell) => cell.available)),
    },
  };
}
