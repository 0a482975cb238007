import type { Pool } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { cellName } from '../../domain/ids.ts';
import { handedHeads, handOverStates } from '../../ledger/processes/hand-overs.ts';
import type { HandOverState } from '../../ledger/processes/hand-overs.ts';
import type { HandedHead } from '../../domain/cells/acknowledged-entry.ts';
import { DEAD_AFTER_MS, listProcesses } from '../../ledger/processes/registry.ts';
import type { Time } from '../../platform/time.ts';
import { processElsewhere } from './processes-elsewhere.ts';
import { disagreement, wrongRedis } from './which-redis.ts';
import type { FoundServer } from './which-redis.ts';

export interface GatherDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  /** Hands over what this process itself remembers of a cell, for the recovery of an epoch. */
  readonly handOver?: ((cell: CellId, epoch: number) => Promise<void>) | undefined;
  /**
   * For how long this process has been seen without a gap. Absent: it is not registered.
   */
  readonly beatingForMs?: (() => number) | undefined;
}

/** What processes remember of a cell is in the ledger now. */
export interface Gathered {
  readonly heads: readonly HandedHead[];
  /** Names of processes that acknowledge orders and did not hand over: they are dead or stalled. */
  readonly missing: readonly string[];
}

const POLL_MS = 20;
/** A process that lives and does not hand over for so long has another trouble. */
const WAIT_MS = 5_000;
/**
 * After an outage of the ledger nobody has been seen for a while. So each process has the time of
 * two beats, from the beginning of the gathering, to be seen. This process knows that there was no
 * outage when it has been seen without a gap for longer than that.
 */
const GRACE_MS = 1_000;

const isAlive = ({ seenMsAgo }: { seenMsAgo: number }): boolean => seenMsAgo < DEAD_AFTER_MS;

/** True while it makes sense to wait for some process. @param hasGrace also for a silent one */
const mustWait = (states: readonly HandOverState[], hasGrace: boolean): boolean =>
  states.some((one) => !one.isDone && (isAlive(one) || hasGrace));

async function waitForAll(deps: GatherDeps, cell: CellId, epoch: number) {
  const { pool, time } = deps;
  const startMs = time.monotonic();
  const graceMs = (deps.beatingForMs?.() ?? 0) > GRACE_MS ? 0 : GRACE_MS;
  for (;;) {
    const states = await handOverStates(pool, cell, epoch);
    const waitedMs = time.monotonic() - startMs;
    if (!mustWait(states, waitedMs < graceMs) || waitedMs >= WAIT_MS) return states;
    await time.sleep(POLL_MS);
  }
}

/** Processes that reach different servers must not both serve the cells. @throws WrongRedis */
function checkAgreement(cell: CellId, found: FoundServer, seen: readonly SeenServer[]): void {
  const other = seen.find((one) => one.runId !== null && one.runId !== found.runId);
  if (!other) return;
  throw disagreement(found, other, `Cell ${cellName(cell)} sells nothing until they agree`);
}

interface SeenServer {
  readonly name: string;
  readonly runId: string | null;
}

/** The servers that living processes reach by their beats. @throws WrongRedis */
export async function checkBeats(
  deps: GatherDeps,
  cell: CellId,
  found: FoundServer,
): Promise<void> {
  const other = await processElsewhere(deps, found.runId);
  if (other) checkAgreement(cell, found, [other]);
}

/**
 * A foreign server can be adopted only when every process that may remember something lives and
 * reaches it too. @throws WrongRedis
 */
export async function checkAdoptable(
  { pool, time }: GatherDeps,
  found: FoundServer,
): Promise<void> {
  const startMs = time.monotonic();
  for (;;) {
    const processes = await listProcesses(pool);
    const dead = processes.filter((one) => one.acknowledges && !isAlive(one));
    if (dead.length > 0) {
      const names = dead.map(({ name }) => name).join(', ');
      throw wrongRedis(found, `orders that ${names} acknowledged may be on the other server only`);
    }
    // Right after servers changed, the last beat of each process may still name the old one.
    const elsewhere = processes.filter((one) => isAlive(one) && one.runId !== found.runId);
    if (elsewhere.length === 0) return;
    if (time.monotonic() - startMs >= GRACE_MS) {
      throw wrongRedis(found, `${elsewhere.map(({ name }) => name).join(', ')} do not reach it`);
    }
    await time.sleep(POLL_MS);
  }
}

/**
 * Waits until each living process has handed over what it remembers of a cell. The wait is bounded:
 * a process that stalls counts as dead after two seconds.
 * @throws WrongRedis when processes reach different servers, or when the server is foreign and a
 * process is missing
 */
export async function gather(
  deps: GatherDeps,
  cell: CellId,
  epoch: number,
  found: FoundServer,
): Promise<Gathered> {
  await deps.handOver?.(cell, epoch);
  const states = await waitForAll(deps, cell, epoch);
  checkAgreement(
    cell,
    found,
    states.filter(({ isDone }) => isDone),
  );
  const missing = states.filter((one) => one.acknowledges && !one.isDone).map(({ name }) => name);
  if (found.word === 'foreign' && missing.length > 0) {
    throw wrongRedis(found, `${missing.join(', ')} did not hand over what they remember`);
  }
  return { heads: await handedHeads(deps.pool, cell, epoch), missing };
}
