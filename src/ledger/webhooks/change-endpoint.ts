import type { Pool, PoolClient } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import { MAX_STORE_WEBHOOKS, MAX_WEBHOOKS } from '../../domain/webhook.ts';
import type { Webhook, WebhookPatch, WebhookPut, WebhookScope } from '../../domain/webhook.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';
import { webhookVersion } from '../versions.ts';
import {
  listWebhooks,
  lockOwnWebhook,
  onOwnWebhook,
  recordWebhookChange,
  shownWebhook,
} from './endpoints.ts';
import type { WebhookName, WebhookRow } from './endpoints.ts';

/** How a change of an endpoint's terms ended. `webhook`: as it is. */
export type WebhookChange =
  | {
      readonly kind: 'created' | 'changed' | 'unchanged';
      readonly version: string;
      readonly webhook: Webhook;
    }
  | Exclude<ChangeOutcome, { kind: 'created' | 'changed' | 'unchanged' }>;

const lockNames = query('webhooks/endpoints/lock-names');
const create = query('webhooks/endpoints/create');
const set = query('webhooks/endpoints/update');

const NO_MEMBER = {
  kind: 'invalid',
  errors: [{ pointer: '/store', detail: 'is not a member of the sale' }],
} as const;

/** Keeps others from changing the endpoints of a sale, or those for all sales. */
async function lockScope(client: PoolClient, sale: WebhookScope, store: string | null) {
  if (sale !== null) return lockSaleFor(client, sale, store);
  await rows(client, lockNames);
  return { kind: 'locked' } as const;
}

/** Why an endpoint may not be for a store; null: it may. */
async function storeFault(
  client: PoolClient,
  sale: WebhookScope,
  { store }: WebhookPut,
  actor: Actor,
): Promise<Exclude<WebhookChange, { version: string }> | null> {
  if (actor.store !== null && store !== actor.store) return { kind: 'foreign' };
  if (sale === null || store === null) return null;
  const members = await storesOfSale(client, sale);
  return members.some((one) => one.store === store) ? null : NO_MEMBER;
}

/** The bound that one more endpoint of the owner would exceed; null: there is room. */
async function fullConflict(
  client: PoolClient,
  sale: WebhookScope,
  store: string | null,
): Promise<string | null> {
  const [most, who] =
    store === null ? [MAX_WEBHOOKS, 'operators have'] : [MAX_STORE_WEBHOOKS, 'a store has'];
  const own = await listWebhooks(client, sale, store ?? '', { after: null, most });
  const where = sale === null ? 'for all sales' : 'in a sale';
  return own.length < most ? null : `${who} at most ${most} webhooks ${where}`;
}

/** Changes a locked endpoint, except its secret. */
async function changeOwn(
  client: PoolClient,
  { number, owner: _, ...known }: WebhookRow,
  webhook: Webhook,
  [actor, name, what]: [actor: Actor, name: WebhookName, what: 'put' | 'patch'],
): Promise<WebhookChange> {
  const version = webhookVersion(webhook);
  if (webhookVersion(known) === version) return { kind: 'unchanged', version, webhook: known };
  const { url, kinds, store, isEnabled } = webhook;
  await run(client, set, [number, url, kinds, store, isEnabled]);
  const change = { before: shownWebhook(known), after: shownWebhook(webhook) };
  await recordWebhookChange(client, actor, name, what, change);
  return { kind: 'changed', version, webhook };
}

/**
 * Creates an endpoint, or changes it, except its secret.
 * @param secret that of a new endpoint
 */
export function putWebhook(
  pool: Pool,
  sale: WebhookScope,
  put: WebhookPut,
  actor: Actor,
  secret: string,
  expected: Expected = ANY,
): Promise<WebhookChange> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockScope(client, sale, store);
    if (locked.kind !== 'locked') return locked;
    const fault = await storeFault(client, sale, put, actor);
    if (fault) return fault;
    const name = { sale, id: put.id, store };
    const known = await lockOwnWebhook(client, name);
    if (!meets(expected, known && webhookVersion(known))) return { kind: 'stale' };
    const webhook = { ...put, isEnabled: put.isEnabled ?? known?.isEnabled ?? true };
    if (known) return changeOwn(client, known, webhook, [actor, name, 'put']);
    const detail = await fullConflict(client, sale, store);
    if (detail) return { kind: 'conflict', detail };
    const { id, url, kinds, isEnabled } = webhook;
    const owner = store ?? '';
    await run(client, create, [sale, id, url, kinds, webhook.store, owner, secret, isEnabled]);
    await recordWebhookChange(client, actor, name, 'put', {
      before: null,
      after: shownWebhook(webhook),
    });
    return { kind: 'created', version: webhookVersion(webhook), webhook };
  });
}

/** Changes some terms of an endpoint. */
export async function patchWebhook(
  pool: Pool,
  name: WebhookName,
  patch: WebhookPatch,
  actor: Actor,
  expected: Expected = ANY,
): Promise<WebhookChange> {
  const changed = await onOwnWebhook(pool, name, async (client, own): Promise<WebhookChange> => {
    if (!meets(expected, webhookVersion(own))) return { kind: 'stale' };
    const { number: _, owner: __, ...webhook } = own;
    return changeOwn(client, own, { ...webhook, ...patch }, [actor, name, 'patch']);
  });
  return changed ?? { kind: 'unknown' };
}
