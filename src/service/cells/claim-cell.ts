import { cellEpoch } from '../../cell/cell-address.ts';
import { raiseFence } from '../../cell/cells/load-contents.ts';
import type { CellConnections } from '../../cell/connections.ts';
import type { CellState } from '../../domain/cells/cell-record.ts';
import type { CellId } from '../../domain/ids.ts';
import type { Pool } from 'pg';
import { claimEpoch, lockClaimable } from '../../ledger/cell-rows.ts';
import { transaction } from '../../platform/postgres.ts';
import { mayOpen } from '../processes/older-releases.ts';
import type { Release } from '../processes/older-releases.ts';

export interface ClaimDeps extends Release {
  readonly pool: Pool;
  readonly connections: CellConnections;
  /** A claim older than this belongs to a process that died or stalls: the next one takes over. */
  readonly takeOverMs?: number;
}

/** Why a cell is not claimed: `recover` explains the words. */
export type NotClaimed = 'not_needed' | 'in_progress' | 'overtaken';

const TAKE_OVER_MS = 5_000;

/** How the caller found the cell. One that was being opened and is open now needs nothing. */
export interface Seen {
  /** 0 for a cell never opened. */
  readonly epoch: number;
  readonly state: CellState;
}

/** A cell that is ours to recover. */
export interface Claim {
  readonly epoch: number;
  readonly drainedEpoch: number;
  /** The Redis run in which the cell was last open; null: nobody knows. */
  readonly runId: string | null;
  /** The epoch in which it was last open; 0: never, or nobody knows. */
  readonly openedEpoch: number;
  /** The script protocol of the release that had it. */
  readonly protocol: number;
}

/** Step 1: a new epoch in the ledger. After its commit it refuses settlers of the old epoch. */
export function claim(
  deps: ClaimDeps,
  cell: CellId,
  seen: Seen,
  atLeast = 0,
): Promise<Claim | NotClaimed> {
  const { pool, protocol, takeOverMs = TAKE_OVER_MS } = deps;
  return transaction(pool, async (client) => {
    const now = await lockClaimable(client, cell);
    // The caller may not have noticed yet that another release has the cell.
    if (now?.epoch !== seen.epoch || !mayOpen(deps, now.protocol)) return 'not_needed';
    if (now.state === 'open' && seen.state !== 'open') return 'not_needed';
    const isTaken = now.state === 'recovering' && now.claimedMsAgo < takeOverMs;
    if (isTaken && atLeast === 0) return 'in_progress';
    const epoch = Math.max(now.epoch + 1, atLeast);
    await claimEpoch(client, cell, epoch, protocol);
    const { drainedEpoch, runId, openedEpoch } = now;
    return { epoch, drainedEpoch, runId, openedEpoch, protocol: now.protocol };
  });
}

/**
 * Step 2: the fence. From here every older script refuses. A ledger restored from a backup finds
 * the fence above its own epoch and claims one above that.
 */
export async function raise(
  deps: ClaimDeps,
  cell: CellId,
  claimed: Claim,
): Promise<Claim | NotClaimed> {
  const current = await raiseFence(cellEpoch(deps.connections, cell, claimed.epoch));
  if (current === null) return claimed;
  const ours: Seen = { epoch: claimed.epoch, state: 'recovering' };
  const next = await claim(deps, cell, ours, current + 1);
  if (typeof next === 'string') return 'overtaken';
  return raise(deps, cell, next);
}
