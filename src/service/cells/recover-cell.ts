import type { Pool } from 'pg';
import { cellEpoch } from '../../cell/cell-address.ts';
import { loadContents, unlinkBefore } from '../../cell/cells/load-contents.ts';
import type { Contents } from '../../cell/cells/load-contents.ts';
import { loadCellScripts } from '../../cell/cells/script-set.ts';
import { TRUST_MS } from '../../cell/selling/sold-out-memory.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import {
  findCursor,
  recordDrained,
  recordOpen,
  releaseClaim,
  renewClaim,
} from '../../ledger/cell-rows.ts';
import type { Gap } from '../../ledger/cells/gaps.ts';
import type { PinReason } from '../../ledger/processes/pinned-server.ts';
import { forgetHandOvers } from '../../ledger/processes/hand-overs.ts';
import { cellContents } from '../../ledger/cells/snapshot.ts';
import type { CellContents } from '../../ledger/cells/snapshot.ts';
import { withdrawInRecovery } from '../../ledger/cells/withdraw-in-recovery.ts';
import { offerInstruction } from '../../ledger/terms/sale-instructions.ts';
import type { Time } from '../../platform/time.ts';
import { claim, raise } from './claim-cell.ts';
import type { Claim, ClaimDeps, NotClaimed, Seen } from './claim-cell.ts';
import { drainEpochs } from './drain-epochs.ts';
import { saleContents } from './sale-contents.ts';
import { tellDamagedKeys } from './tell-damage.ts';
import type { TellDamageDeps } from './tell-damage.ts';
import { checkAdoptable, checkBeats, gather } from '../processes/gather-memories.ts';
import type { Gathered, GatherDeps } from '../processes/gather-memories.ts';
import { findServer, pinFound } from '../processes/which-redis.ts';
import type { FoundServer } from '../processes/which-redis.ts';

/** What a recovery could not find. */
export interface Loss {
  /** Numbers that nobody has. */
  readonly gaps: readonly Gap[];
  /** Processes that acknowledge orders and did not hand over; empty: all did, or none was asked. */
  readonly missing: readonly string[];
}

export interface RecoverDeps extends GatherDeps, ClaimDeps, TellDamageDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'now' | 'monotonic' | 'repeat' | 'sleep'>;
  /** Is told why a renewal of a claim failed: the recovery goes on without it. */
  readonly onError?: (error: Error, cell: string) => void;
  /** Is told that another Redis, or another run of it, holds the cells from here on. */
  readonly onPinned?: ((why: PinReason) => void) | undefined;
  /** Told after each commit: orders settled, orders and entries buried. */
  readonly onSettled: (settled: number, buried: number) => void;
  /** Is told what may be lost. */
  readonly onLoss: (cell: CellId, loss: Loss) => void;
}

/**
 * `opened`: the cell sells in a new epoch · `not_needed`: it is in another epoch than the one seen,
 * or with another release · `in_progress`: someone claimed it just now · `overtaken`: another
 * recovery moved on from ours.
 */
export type Recovery = 'opened' | NotClaimed;

/** How often a recovery at work renews its claim: a stalled process does not. */
const RENEW_MS = 1_000;

/**
 * Step 3: what processes remember. It is needed only when Redis may have lost something: the cell
 * was open in another run, or in the same run on a server without its data.
 * @throws WrongRedis when processes reach different servers
 */
async function ask(
  deps: RecoverDeps,
  cell: CellId,
  { epoch, drainedEpoch, runId }: Claim,
  found: FoundServer,
): Promise<Gathered | null> {
  const wasNeverOpen = drainedEpoch === 0 && epoch === 1;
  const isSameData = found.word === 'ours' && found.runId === runId;
  if (!wasNeverOpen && !isSameData) return gather(deps, cell, epoch, found);
  await checkBeats(deps, cell, found);
  return null;
}

/**
 * Step 4: settle what older epochs still hold. When something is missing, processes are asked, and
 * at last the records of shoppers.
 */
async function drain(
  deps: RecoverDeps,
  cell: CellId,
  { epoch, drainedEpoch, openedEpoch }: Claim,
  found: FoundServer,
  asked: Gathered | null,
): Promise<boolean> {
  let [gathered, isLast] = [asked, false];
  const lost = new Map<string, Gap>();
  const onGaps = (gaps: readonly Gap[]) => {
    for (const gap of gaps) lost.set(`${gap.epoch}-${gap.firstSeq}`, gap);
  };
  const tellLoss = (missing: readonly string[]) => {
    const loss = { gaps: [...lost.values()], missing };
    if (loss.gaps.length + loss.missing.length > 0) deps.onLoss(cell, loss);
  };
  try {
    for (;;) {
      const options = { cell, epoch, drainedEpoch, openedEpoch, gathered, isLast };
      const drained = await drainEpochs({ ...deps, onGaps }, options);
      if (drained === 'drained') break;
      if (drained === 'fenced') return false;
      isLast = gathered !== null;
      gathered ??= await gather(deps, cell, epoch, found);
    }
  } finally {
    // Also when it fails: the gaps are in the ledger, and the next recovery takes them for told.
    tellLoss(gathered?.missing ?? []);
  }
  return recordDrained(deps.pool, cell, epoch, epoch - 1);
}

const contentsOf = ({ sale, offers, ...rest }: CellContents): Contents => ({
  ...saleContents(sale),
  offers: offers.map(offerInstruction),
  ...rest,
});

/** Step 5: the contents, without units the cell was asked for meanwhile; null when overtaken. */
async function readCell({ pool }: RecoverDeps, cell: CellId, epoch: number) {
  for (;;) {
    if (!(await withdrawInRecovery(pool, cell, epoch))) return null;
    const contents = await cellContents(pool, cell);
    if (!contents.isAsked) return contents;
  }
}

/**
 * For a moment after its last poll, a process refuses from its memory of the epoch that the fence
 * ended. Nobody may get an order in the new epoch before that is over. The first follows none.
 */
async function untilForgotten({ time }: RecoverDeps, epoch: number, raisedAtMs: number) {
  const ms = raisedAtMs + TRUST_MS - time.monotonic();
  if (epoch > 1 && ms > 0) await time.sleep(ms);
}

/**
 * Steps 3 to 6 under our claim and fence.
 * @returns `handed_over` when a process handed over entries after their epoch was drained
 */
async function rebuild(
  deps: RecoverDeps,
  cell: CellId,
  claimed: Claim,
  found: FoundServer,
): Promise<Recovery | 'handed_over'> {
  const { pool, protocol } = deps;
  const { epoch } = claimed;
  const raisedAtMs = deps.time.monotonic();
  const opened = cellEpoch(deps.connections, cell, epoch);
  const gathered = await ask(deps, cell, claimed, found);
  const why = await pinFound(pool, opened.steady, found);
  if (why) deps.onPinned?.(why);
  if (!(await drain(deps, cell, claimed, found, gathered))) return 'overtaken';
  const contents = await readCell(deps, cell, epoch);
  if (!contents || !(await loadContents(opened, contentsOf(contents)))) return 'overtaken';
  const shas = await loadCellScripts(opened);
  await untilForgotten(deps, epoch, raisedAtMs);
  const opening = { protocol, shas, runId: found.runId };
  if (!(await recordOpen(pool, cell, epoch, opening))) {
    return (await findCursor(pool, cell))?.epoch === epoch ? 'handed_over' : 'overtaken';
  }
  await forgetHandOvers(pool, cell, epoch);
  await unlinkBefore(opened, claimed.drainedEpoch);
  return 'opened';
}

/** The keys of another protocol are not for us to judge. */
async function tellDamageOf(deps: RecoverDeps, cell: CellId, claimed: Claim): Promise<void> {
  const { openedEpoch, protocol } = claimed;
  if (openedEpoch === 0 || protocol !== deps.protocol) return;
  await tellDamagedKeys(deps, cellEpoch(deps.connections, cell, openedEpoch));
}

/** @throws WrongRedis when the cell must not be recovered on this server as things are */
async function usableServer(deps: RecoverDeps, cell: CellId, seen: Seen): Promise<FoundServer> {
  const found = await findServer(deps.pool, deps.connections.of(cell).steady);
  if (found.word === 'foreign') await checkAdoptable(deps, found);
  // Each claim takes a new epoch: processes that reach different servers would chase each other.
  else if (seen.state === 'recovering') await checkBeats(deps, cell, found);
  return found;
}

/**
 * The one path for opening, restart, failover, FLUSHALL and divergence. Each step may die and be
 * begun again; a stalled one that wakes finds the fence moved on. Other cells keep selling.
 * @throws WrongRedis when this is not the server that holds the cells, or processes disagree
 * @throws when Redis or the ledger is away: the claim is given up, so the next try need not wait
 */
export async function recover(deps: RecoverDeps, cell: CellId, seen: Seen): Promise<Recovery> {
  const found = await usableServer(deps, cell, seen);
  let claimed = await claim(deps, cell, seen);
  if (typeof claimed === 'string') return claimed;
  let { epoch } = claimed;
  const renewing = deps.time.repeat(() => renewClaim(deps.pool, cell, epoch), RENEW_MS, {
    onError: (error) => deps.onError?.(error, cellName(cell)),
    firstMs: RENEW_MS,
  });
  try {
    await tellDamageOf(deps, cell, claimed);
    claimed = await raise(deps, cell, claimed);
    if (typeof claimed === 'string') return claimed;
    ({ epoch } = claimed);
    const outcome = await rebuild(deps, cell, claimed, found);
    if (outcome !== 'handed_over') return outcome;
    await releaseClaim(deps.pool, cell, epoch);
  } catch (error) {
    await releaseClaim(deps.pool, cell, epoch).catch(() => {});
    throw error;
  } finally {
    await renewing.stop();
  }
  return recover(deps, cell, { epoch, state: 'recovering' });
}
