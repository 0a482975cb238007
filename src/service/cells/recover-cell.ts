import type { Pool } from 'pg';
import { cellEpoch } from '../../cell/cell-address.ts';
import type { CellEpoch } from '../../cell/cell-address.ts';
import type { CellConnections } from '../../cell/connections.ts';
import { loadContents, raiseFence, unlinkBefore } from '../../cell/cells/load-contents.ts';
import type { Contents } from '../../cell/cells/load-contents.ts';
import { readOutbox } from '../../cell/cells/outbox.ts';
import { loadCellScripts } from '../../cell/cells/script-set.ts';
import { PROTOCOL } from '../../cell/protocol.ts';
import type { CellState } from '../../domain/cells/cell-record.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import {
  claimEpoch,
  findCursor,
  lockClaimable,
  recordDrained,
  recordOpen,
  releaseClaim,
  renewClaim,
  settledSeq,
} from '../../ledger/cell-rows.ts';
import { buryUndrained } from '../../ledger/cells/dead-letters.ts';
import { settleItems } from '../../ledger/cells/settle.ts';
import { cellContents } from '../../ledger/cells/snapshot.ts';
import type { CellContents } from '../../ledger/cells/snapshot.ts';
import { withdrawInRecovery } from '../../ledger/cells/withdraw-in-recovery.ts';
import { transaction } from '../../platform/postgres.ts';
import { offerInstruction } from '../../ledger/terms/sale-instructions.ts';
import type { Time } from '../../platform/time.ts';

export interface RecoverDeps {
  readonly pool: Pool;
  readonly connections: CellConnections;
  readonly time: Pick<Time, 'monotonic' | 'repeat'>;
  /** Is told why a renewal of a claim failed: the recovery goes on without it. */
  readonly onError?: (error: Error, cell: string) => void;
  /** A claim older than this belongs to a process that died or stalls: the next one takes over. */
  readonly takeOverMs?: number;
}

/**
 * `opened`: the cell sells in a new epoch · `not_needed`: it is in another epoch than the one seen
 * · `in_progress`: someone claimed it just now · `overtaken`: another recovery moved on from ours.
 */
export type Recovery = 'opened' | 'not_needed' | 'in_progress' | 'overtaken';

const MS = 1_000;
const TAKE_OVER_MS = 5_000;
/** How often a recovery at work renews its claim: a stalled process does not. */
const RENEW_MS = 1_000;
const DRAIN_ORDERS = 1_000;

/** How the caller found the cell. One that was being opened and is open now needs nothing. */
export interface Seen {
  /** 0 for a cell never opened. */
  readonly epoch: number;
  readonly state: CellState;
}

interface Claim {
  readonly epoch: number;
  readonly drainedEpoch: number;
}

/** Step 1: a new epoch in the ledger. After its commit it refuses settlers of the old epoch. */
function claim(
  { pool, takeOverMs = TAKE_OVER_MS }: RecoverDeps,
  cell: CellId,
  seen: Seen,
  atLeast = 0,
): Promise<Claim | Recovery> {
  return transaction(pool, async (client) => {
    const now = await lockClaimable(client, cell);
    if (now?.epoch !== seen.epoch) return 'not_needed';
    if (now.state === 'open' && seen.state !== 'open') return 'not_needed';
    const isTaken = now.state === 'recovering' && now.claimedMsAgo < takeOverMs;
    if (isTaken && atLeast === 0) return 'in_progress';
    const epoch = Math.max(now.epoch + 1, atLeast);
    await claimEpoch(client, cell, epoch);
    return { epoch, drainedEpoch: now.drainedEpoch };
  });
}

/**
 * Step 2: the fence. From here every older script refuses. A ledger restored from a backup finds
 * the fence above its own epoch and claims one above that.
 */
async function raise(deps: RecoverDeps, cell: CellId, claimed: Claim): Promise<Claim | Recovery> {
  const current = await raiseFence(cellEpoch(deps.connections, cell, claimed.epoch));
  if (current === null) return claimed;
  const ours: Seen = { epoch: claimed.epoch, state: 'recovering' };
  const next = await claim(deps, cell, ours, current + 1);
  if (typeof next === 'string') return 'overtaken';
  return raise(deps, cell, next);
}

/** Step 3, one epoch: settle what is left of its outbox, in order, while the chain matches. */
async function drainEpoch(
  { pool, connections }: RecoverDeps,
  cell: CellId,
  claimed: Claim,
  itemsEpoch: number,
): Promise<boolean> {
  const drained = cellEpoch(connections, cell, itemsEpoch);
  for (;;) {
    const cursor = (await findCursor(pool, cell))!;
    const afterSeq = settledSeq(cursor, itemsEpoch);
    const range = { afterSeq, ordersMax: DRAIN_ORDERS };
    const items = await readOutbox(drained, range);
    if (items.length === 0) return true;
    const request = { cell, epoch: claimed.epoch, itemsEpoch, items };
    const { status } = await settleItems(pool, request);
    if (status === 'fenced') return false;
    if (status === 'diverged') {
      await buryUndrained(pool, cell, itemsEpoch, await restOf(drained));
      return true;
    }
  }
}

/** Everything an outbox still holds; the caller passes over what is settled already. */
async function restOf(drained: CellEpoch) {
  return readOutbox(drained, { afterSeq: 0, ordersMax: Infinity });
}

/** Step 3: every epoch above the last drained one. */
async function drain(deps: RecoverDeps, cell: CellId, claimed: Claim): Promise<boolean> {
  for (let epoch = claimed.drainedEpoch + 1; epoch < claimed.epoch; epoch++) {
    if (!(await drainEpoch(deps, cell, claimed, epoch))) return false;
  }
  return recordDrained(deps.pool, cell, claimed.epoch, claimed.epoch - 1);
}

function contentsOf({ sale, offers, ...rest }: CellContents): Contents {
  if (sale.state === 'draft') throw new Error(`sale ${sale.id} was never opened`);
  return {
    state: sale.state,
    opensAtMs: sale.opensAtMs,
    closesAtMs: sale.closesAtMs,
    payWithinMs: sale.payWithinS * MS,
    rulesVersion: sale.rulesVersion,
    holdLimit: sale.holdsPerShopper,
    cooldownAfter: sale.cooldownAfter,
    cooldownMs: sale.cooldownS * MS,
    offers: offers.map(offerInstruction),
    ...rest,
  };
}

/** Step 4: the contents, without units the cell was asked for meanwhile; null when overtaken. */
async function readCell({ pool }: RecoverDeps, cell: CellId, epoch: number) {
  for (;;) {
    if (!(await withdrawInRecovery(pool, cell, epoch))) return null;
    const contents = await cellContents(pool, cell);
    if (!contents.isAsked) return contents;
  }
}

/** Steps 3 to 5 under our claim and fence. */
async function rebuild(deps: RecoverDeps, cell: CellId, claimed: Claim): Promise<Recovery> {
  const { pool } = deps;
  const { epoch } = claimed;
  const opened = cellEpoch(deps.connections, cell, epoch);
  if (!(await drain(deps, cell, claimed))) return 'overtaken';
  const contents = await readCell(deps, cell, epoch);
  if (!contents || !(await loadContents(opened, contentsOf(contents)))) {
    return 'overtaken';
  }
  const shas = await loadCellScripts(opened);
  if (!(await recordOpen(pool, cell, epoch, { protocol: PROTOCOL, shas, runId: null })))
    return 'overtaken';
  await unlinkBefore(opened);
  return 'opened';
}

/**
 * The one path for opening, restart, failover, FLUSHALL and divergence. Each step may die and be
 * begun again; a stalled one that wakes finds the fence moved on. Other cells keep selling.
 * @throws when Redis or the ledger is away: the claim is given up, so the next try need not wait
 */
export async function recover(deps: RecoverDeps, cell: CellId, seen: Seen): Promise<Recovery> {
  await deps.connections.of(cell).steady.ping();
  let claimed = await claim(deps, cell, seen);
  if (typeof claimed === 'string') return claimed;
  let { epoch } = claimed;
  const renewing = deps.time.repeat(() => renewClaim(deps.pool, cell, epoch), RENEW_MS, {
    onError: (error) => deps.onError?.(error, cellName(cell)),
    firstMs: RENEW_MS,
  });
  try {
    claimed = await raise(deps, cell, claimed);
    if (typeof claimed === 'string') return claimed;
    ({ epoch } = claimed);
    return await rebuild(deps, cell, claimed);
  } catch (error) {
    await releaseClaim(deps.pool, cell, epoch).catch(() => {});
    throw error;
  } finally {
    await renewing.stop();
  }
}
