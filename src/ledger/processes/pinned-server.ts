import type { Pool } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';

/** The Redis server that holds the cells. */
export interface PinnedServer {
  /** Random; the server has a key that is named after it. */
  readonly pin: string;
  /** Its run when it was last pinned. */
  readonly runId: string;
}

/**
 * `first`: no server held cells before · `restarted`: the same data in a new run · `flushed`: the
 * same run without its data · `adopted`: another server, and every process agreed · `operator`:
 * another server, because an operator said so.
 */
export type PinReason = 'first' | 'restarted' | 'flushed' | 'adopted' | 'operator';

const select = query<PinnedServer>('processes/servers/pinned');
const lock = query('processes/servers/lock');
const insert = query('processes/servers/pin');

/** @returns null before the first opening of a cell */
export async function pinnedServer(on: Queryable): Promise<PinnedServer | null> {
  return (await rows(on, select))[0] ?? null;
}

/**
 * Notes which server holds the cells from here on, unless another process did so just now.
 * @param seen the server that was pinned when the caller decided
 * @param put done first, under the lock: puts the key on the server
 * @param actor the operator who said so; null: the service found it out
 */
export function pinServer(
  pool: Pool,
  seen: PinnedServer | null,
  { pin, runId, why }: PinnedServer & { readonly why: PinReason },
  put: () => Promise<void>,
  actor: Actor | null,
): Promise<void> {
  return transaction(pool, async (client) => {
    await run(client, lock);
    const now = await pinnedServer(client);
    if (now?.pin !== seen?.pin || now?.runId !== seen?.runId) return;
    await put();
    await run(client, insert, [pin, runId, why]);
    if (!actor) return;
    const change = { sale: null, subject: 'redis', what: 'adopt', owner: null } as const;
    await recordChange(client, actor, { ...change, before: now, after: { pin, runId } });
  });
}
