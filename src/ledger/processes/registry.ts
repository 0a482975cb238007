import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A process of the service, as it names itself. */
export interface ServiceProcess {
  /** Random, new with each start. */
  readonly id: string;
  /** For people: the host, the pid and the role. */
  readonly name: string;
  /** Of its scripts. */
  readonly protocol: number;
  /** It answers orders, so it may remember entries that no one else has. */
  readonly acknowledges: boolean;
}

/** What a process says of itself twice a second. */
export interface Beat {
  /** Of the Redis server that it reaches; null: none answers. */
  readonly runId: string | null;
  readonly rememberedOrders: number;
  /** It answered a buyer since the last beat, from a cell or from its memory. */
  readonly isActive: boolean;
}

/** A process as the ledger knows it. */
export interface RegisteredProcess extends ServiceProcess, Omit<Beat, 'isActive'> {
  /** When it was seen, as the ledger writes it: exact, to be compared. */
  readonly seenAt: string;
  readonly seenMsAgo: number;
  readonly activeMsAgo: number;
}

/** A process that was not seen for this long counts as dead. */
export const DEAD_AFTER_MS = 2_000;

/**
 * For how long a silent process that acknowledges nothing stays registered. While its row is there,
 * others can tell one that was silent for a moment from one that is gone.
 */
const KEPT_MS = 10_000;

const upsert = query('processes/registry/beat');
const removeById = query('processes/registry/remove');
const removeDead = query('processes/registry/remove-dead');
const removeSilent = query('processes/registry/remove-silent');
const list = query<RegisteredProcess>('processes/registry/list');

export async function beat(
  on: Queryable,
  { id, name, protocol, acknowledges }: ServiceProcess,
  { runId, rememberedOrders, isActive }: Beat,
): Promise<void> {
  const values = [id, name, protocol, acknowledges, runId, rememberedOrders, isActive];
  await run(on, upsert, values);
}

/** Lists every process that is alive, or died with something that may be unsettled. */
export const listProcesses = (on: Queryable): Promise<RegisteredProcess[]> => rows(on, list);

/** Removes processes that sign off: nothing can be lost with them. */
export async function removeProcesses(on: Queryable, ids: readonly string[]): Promise<void> {
  await run(on, removeById, [ids]);
}

/** Removes dead processes with which nothing can be lost, unless they were seen since. */
export async function removeDeadProcesses(
  on: Queryable,
  dead: readonly Pick<RegisteredProcess, 'id' | 'seenAt'>[],
): Promise<void> {
  await run(on, removeDead, [dead.map(({ id }) => id), dead.map(({ seenAt }) => seenAt)]);
}

/** Removes processes that acknowledge nothing and were not seen for 10 s. */
export async function removeSilentProcesses(on: Queryable): Promise<void> {
  await run(on, removeSilent, [KEPT_MS]);
}
