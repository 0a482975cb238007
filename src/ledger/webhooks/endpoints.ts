import type { Pool, PoolClient } from 'pg';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import type { ChangeWord } from '../../domain/people/change.ts';
import { MAX_REPLAYED, MAX_STORE_WEBHOOKS, MAX_WEBHOOKS } from '../../domain/webhook.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordChange } from '../changes/record-change.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';

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

/** Names an endpoint of the one who asks. `store`: the merchant's; null: an operator asks. */
export interface WebhookName {
  readonly sale: SaleId;
  readonly id: string;
  readonly store: string | null;
}

const ofSale = query<WebhookRow>('webhooks/endpoints/of-sale');
const find = query<WebhookRow>('webhooks/endpoints/find');
const create = query('webhooks/endpoints/create');
const set = query('webhooks/endpoints/update');
const oldUntil = query<{ until: Date | null }>('webhooks/endpoints/lock-old-secret');
const rotate = query('webhooks/endpoints/rotate-secret');
const markRemoved = query('webhooks/endpoints/mark-removed');
const replay = query('webhooks/deliveries/replay-dead');

/**
 * Lists a sale's endpoints, by id. Operators have at most 20, and each store 3.
 * @param owner only those of this store; null: all
 */
export const webhooksOfSale = (
  on: Queryable,
  sale: SaleId,
  owner: string | null,
): Promise<WebhookRow[]> => rows(on, ofSale, [sale, owner]);

export async function findWebhook(
  on: Queryable,
  { sale, id, store }: WebhookName,
): Promise<WebhookRow | null> {
  return (await rows(on, find, [sale, id, store ?? '']))[0] ?? null;
}

const isSame = (one: Webhook, other: Webhook): boolean =>
  one.url === other.url &&
  one.store === other.store &&
  one.kinds.toSorted().join() === other.kinds.toSorted().join();

const NO_MEMBER = {
  kind: 'invalid',
  errors: [{ pointer: '/store', detail: 'is not a member of the sale' }],
} as const;

/** An endpoint in a change: never with its secrets. */
const shown = ({ url, kinds, store }: Webhook) => ({ url, kinds, store });

function record(
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

/**
 * Creates an endpoint, or changes it, except its secret.
 * @param secret that of a new endpoint
 */
export function putWebhook(
  pool: Pool,
  sale: SaleId,
  webhook: Webhook,
  actor: Actor,
  secret: string,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, sale, store);
    if (locked.kind !== 'locked') return locked;
    if (store !== null && webhook.store !== store) return { kind: 'foreign' };
    const members = await storesOfSale(client, sale);
    const isMember = members.some((one) => one.store === webhook.store);
    if (webhook.store !== null && !isMember) return NO_MEMBER;
    const all = await webhooksOfSale(client, sale, store);
    const own = all.filter(({ owner }) => owner === store);
    const known = own.find(({ id }) => id === webhook.id);
    const { id, url, kinds } = webhook;
    const name = { sale, id, store };
    if (known) {
      if (isSame(known, webhook)) return { kind: 'unchanged' };
      await run(client, set, [known.number, url, kinds, webhook.store]);
      await record(client, actor, name, 'put', { before: shown(known), after: shown(webhook) });
      return { kind: 'changed' };
    }
    const [most, who] =
      store === null ? [MAX_WEBHOOKS, 'operators have'] : [MAX_STORE_WEBHOOKS, 'a store has'];
    if (own.length >= most) {
      return { kind: 'conflict', detail: `${who} at most ${most} webhooks in a sale` };
    }
    await run(client, create, [sale, id, url, kinds, webhook.store, store ?? '', secret]);
    await record(client, actor, name, 'put', { before: null, after: shown(webhook) });
    return { kind: 'created' };
  });
}

/** Does work on an endpoint of the one who asks. @returns null when there is none */
async function onOwn<Result>(
  pool: Pool,
  name: WebhookName,
  work: (client: PoolClient, own: WebhookRow) => Promise<Result>,
): Promise<Result | null> {
  return transaction(pool, async (client) => {
    const own = await findWebhook(client, name);
    return own && work(client, own);
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
  const rotated = await onOwn(pool, name, async (client, { number }): Promise<Rotated> => {
    const until = (await rows(client, oldUntil, [number]))[0]?.until;
    if (until) {
      const detail = `the old secret still signs: rotate again after ${until.toISOString()}`;
      return { kind: 'conflict', detail };
    }
    await run(client, rotate, [number, secret]);
    await record(client, actor, name, 'rotate', { before: null, after: null });
    return { kind: 'changed' };
  });
  return rotated ?? { kind: 'unknown' };
}

/** Removes an endpoint: it gets no message from then on. Its rows are deleted later. */
export async function markWebhookRemoved(
  pool: Pool,
  name: WebhookName,
  actor: Actor,
): Promise<boolean> {
  const removed = await onOwn(pool, name, async (client, own) => {
    await run(client, markRemoved, [own.number]);
    await record(client, actor, name, 'delete', { before: shown(own), after: null });
    return true;
  });
  return removed ?? false;
}

/**
 * Makes dead deliveries due again, at most 10,000, oldest first.
 * @param ids null: all; an id that names no dead delivery of the endpoint is passed over
 * @returns their number; null when there is no such endpoint
 */
export const replayDeadDeliveries = (
  pool: Pool,
  name: WebhookName,
  ids: readonly number[] | null,
  actor: Actor,
): Promise<number | null> =>
  onOwn(pool, name, async (client, { number }) => {
    const deliveries = await run(client, replay, [number, ids, MAX_REPLAYED]);
    const after = { deliveries };
    if (deliveries > 0) await record(client, actor, name, 'replay', { before: null, after });
    return deliveries;
  });
