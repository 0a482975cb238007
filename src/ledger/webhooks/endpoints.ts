import type { Pool, PoolClient } from 'pg';
import type { StoreId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import type { ChangeWord } from '../../domain/people/change.ts';
import type { Webhook, WebhookScope } from '../../domain/webhook.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordChange } from '../changes/record-change.ts';
import { webhookVersion } from '../versions.ts';

/** `owner` null: an operator made it; else the store whose merchant made it. */
export interface WebhookRow extends Webhook {
  /** Never used again, not even for a later endpoint of the same id. */
  readonly number: number;
  readonly owner: StoreId | null;
}

/** How a rotation ended. `unknown`: there is no such endpoint. */
type Rotated =
  | Extract<ChangeOutcome, { kind: 'conflict' }>
  | { readonly kind: 'changed' }
  | { readonly kind: 'unknown' };

/** How a removal ended. */
type Removed = { readonly kind: 'changed' } | { readonly kind: 'unknown' | 'stale' };

/** Names an endpoint of the one who asks. `store`: the merchant's; null: an operator asks. */
export interface WebhookName {
  readonly sale: WebhookScope;
  readonly id: string;
  readonly store: string | null;
}

const list = query<WebhookRow>('webhooks/endpoints/list');
const find = query<WebhookRow>('webhooks/endpoints/find');
const lockOwn = query<WebhookRow>('webhooks/endpoints/lock');
const oldUntil = query<{ until: Date | null }>('webhooks/endpoints/lock-old-secret');
const rotate = query('webhooks/endpoints/rotate-secret');
const markRemoved = query('webhooks/endpoints/mark-removed');

/** A place in a list of endpoints: the id and the owner of one. */
export interface WebhookPlace {
  readonly id: string;
  readonly owner: string | null;
}

const START: WebhookPlace = { id: '', owner: null };

/**
 * Lists endpoints of a sale, or of those for all sales, by id and owner.
 * @param owner only those of this store; '': only those of operators; null: all
 */
export const listWebhooks = (
  on: Queryable,
  sale: WebhookScope,
  owner: string | null,
  { after, most }: { readonly after: WebhookPlace | null; readonly most: number },
): Promise<WebhookRow[]> => {
  const { id, owner: ofOwner } = after ?? START;
  return rows(on, list, [sale, owner, id, ofOwner ?? '', most]);
};

export async function findWebhook(
  on: Queryable,
  { sale, id, store }: WebhookName,
): Promise<WebhookRow | null> {
  return (await rows(on, find, [sale, id, store ?? '']))[0] ?? null;
}

/** An endpoint in a change: never with its secrets. */
export const shownWebhook = ({ url, kinds, store, isEnabled }: Webhook) => ({
  url,
  kinds,
  store,
  enabled: isEnabled,
});

/** Records what somebody did to an endpoint, as the last statement of its transaction. */
export function recordWebhookChange(
  client: PoolClient,
  actor: Actor,
  { sale, id, store }: WebhookName,
  what: ChangeWord,
  { before, after }: { readonly before: object | null; readonly after: object | null },
): Promise<void> {
  const owner = store as StoreId | null;
  const subject = `webhook:${owner === null ? '' : `${owner}/`}${id}`;
  return recordChange(client, actor, { sale, subject, what, owner, before, after });
}

/** Keeps others from changing an endpoint. @returns null when there is none */
export async function lockOwnWebhook(
  client: PoolClient,
  { sale, id, store }: WebhookName,
): Promise<WebhookRow | null> {
  return (await rows(client, lockOwn, [sale, id, store ?? '']))[0] ?? null;
}

/** Does work on a locked endpoint of the one who asks. @returns null when there is none */
export async function onOwnWebhook<Result>(
  pool: Pool,
  name: WebhookName,
  work: (client: PoolClient, own: WebhookRow) => Promise<Result>,
): Promise<Result | null> {
  return transaction(pool, async (client) => {
    const own = await lockOwnWebhook(client, name);
    return own ? work(client, own) : null;
  });
}

/**
 * Gives an endpoint a new secret. The old one signs as well for a day. Until that day is over,
 * another rotation is a conflict: it would end the day early.
 */
export async function rotateSecret(
  pool: Pool,
  name: WebhookName,
  actor: Actor,
  secret: string,
): Promise<Rotated> {
  const rotated = await onOwnWebhook(pool, name, async (client, { number }): Promise<Rotated> => {
    const until = (await rows(client, oldUntil, [number]))[0]?.until;
    if (until) {
      const detail = `the old secret still signs: rotate again after ${until.toISOString()}`;
      return { kind: 'conflict', detail };
    }
    await run(client, rotate, [number, secret]);
    await recordWebhookChange(client, actor, name, 'rotate', { before: null, after: null });
    return { kind: 'changed' };
  });
  return rotated ?? { kind: 'unknown' };
}

/** Removes an endpoint: it gets no message from then on. Its rows are deleted later. */
export async function markWebhookRemoved(
  pool: Pool,
  name: WebhookName,
  actor: Actor,
  expected: Expected = ANY,
): Promise<Removed> {
  const removed = await onOwnWebhook(pool, name, async (client, own): Promise<Removed> => {
    if (!meets(expected, webhookVersion(own))) return { kind: 'stale' };
    await run(client, markRemoved, [own.number]);
    await recordWebhookChange(client, actor, name, 'delete', {
      before: shownWebhook(own),
      after: null,
    });
    return { kind: 'changed' };
  });
  return removed ?? { kind: 'unknown' };
}
