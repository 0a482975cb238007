import type { PoolClient } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import type { Change } from '../../domain/people/change.ts';
import { query, run } from '../../platform/query.ts';
import { digestOf } from './chain-hash.ts';
import type { SaidChange } from './chain-hash.ts';

const append = query('changes/append');

/** As it will be read again. */
const asJson = (value: object | null): object | null =>
  value && (JSON.parse(JSON.stringify(value)) as object);

const textOf = (value: object | null): string | null => value && JSON.stringify(value);

/**
 * Records a change, in its transaction and as its last statement: nothing is locked after the end
 * of a chain. All changes of a sale wait for that lock, so a single statement takes it.
 */
export async function recordChange(
  client: PoolClient,
  actor: Actor,
  change: Change,
): Promise<void> {
  const { sub, role, store, route, requestId, reason } = actor;
  const said: SaidChange = {
    ...change,
    before: asJson(change.before),
    after: asJson(change.after),
    sub,
    role,
    store,
    route,
    requestId,
    reason,
  };
  await run(client, append, [
    change.sale ?? '',
    sub,
    role,
    store,
    change.subject,
    change.what,
    change.owner,
    route,
    requestId,
    reason,
    textOf(said.before),
    textOf(said.after),
    digestOf(said),
  ]);
}

/**
 * Records that a document replaced the present one, as `recordChange` does. `before` has the fields
 * of the new document.
 * @param now null or undefined: there was none
 */
export function recordDocument<Document extends object>(
  client: PoolClient,
  actor: Actor,
  change: Omit<Change, 'before' | 'after'>,
  now: Document | null | undefined,
  next: Document,
): Promise<void> {
  const names = Object.keys(next) as (keyof Document)[];
  const before = now ? Object.fromEntries(names.map((name) => [name, now[name]])) : null;
  return recordChange(client, actor, { ...change, before, after: next });
}
