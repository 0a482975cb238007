import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import { BAD_CURSOR, NOT_FOUND, invalid } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Webhook, WebhookPatch, WebhookPut, WebhookScope } from '../../domain/webhook.ts';
import { ANY } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import {
  patchWebhook as patchInLedger,
  putWebhook,
} from '../../ledger/webhooks/change-endpoint.ts';
import type { WebhookChange } from '../../ledger/webhooks/change-endpoint.ts';
import {
  findWebhook,
  listWebhooks,
  markWebhookRemoved,
  rotateSecret,
} from '../../ledger/webhooks/endpoints.ts';
import type { WebhookName, WebhookPlace } from '../../ledger/webhooks/endpoints.ts';
import { targetFault } from '../../outgoing/webhook-target.ts';
import { webhookVersion } from '../../ledger/versions.ts';
import { refusalOf } from '../cells/apply-change-to-cells.ts';

export interface WebhooksDeps {
  readonly pool: Pool;
  /** For development: targets may use plain HTTP and private addresses. */
  readonly allowPrivate: boolean;
}

/** `owner`: the store whose merchant made it; null: an operator made it. `secret`: a new one. */
export interface WebhookView extends Omit<Webhook, 'isEnabled'> {
  readonly enabled: boolean;
  readonly owner: string | null;
  readonly secret?: string;
}

/** A change that names this version replaces the endpoint as it is here. */
export interface VersionedWebhook {
  readonly view: WebhookView;
  readonly version: string;
}

export interface WebhooksRequest {
  /** Null: the first page. */
  readonly cursor: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

export interface WebhooksPage {
  readonly items: readonly WebhookView[];
  /** The cursor of the next page; null: there is none. */
  readonly next: string | null;
}

const SECRET_BYTES = 24;
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

function view({
  isEnabled: enabled,
  ...webhook
}: Webhook & { readonly owner: string | null }): WebhookView {
  const { id, url, kinds, store, owner } = webhook;
  return { id, url, kinds, store, owner, enabled };
}

/** The URL in its full form, escaped where necessary, or why it may not be a target. */
function targetOf(url: string, { allowPrivate }: WebhooksDeps): string | Refusal {
  const fault = targetFault(url, { allowPrivate });
  return fault ? invalid('/url', fault) : new URL(url).href;
}

/** @param secret of a new endpoint */
function answerOf(
  change: WebhookChange,
  owner: string | null,
  secret: string | null,
): VersionedWebhook | Refusal {
  if (!('webhook' in change)) return refusalOf(change);
  const { kind, webhook, version } = change;
  const shown = view({ ...webhook, owner });
  return { view: kind === 'created' && secret ? { ...shown, secret } : shown, version };
}

/** Creates or changes an endpoint. */
export async function setWebhook(
  deps: WebhooksDeps,
  sale: WebhookScope,
  asked: WebhookPut,
  actor: Actor,
  expected: Expected = ANY,
): Promise<VersionedWebhook | Refusal> {
  const url = targetOf(asked.url, deps);
  if (typeof url !== 'string') return url;
  const secret = newSecret();
  const put = { ...asked, url };
  const change = await putWebhook(deps.pool, sale, put, actor, secret, expected);
  return answerOf(change, actor.store, secret);
}

/** Changes some terms of an endpoint, e.g. disables it. */
export async function patchWebhook(
  deps: WebhooksDeps,
  name: WebhookName,
  asked: WebhookPatch,
  actor: Actor,
  expected: Expected = ANY,
): Promise<VersionedWebhook | Refusal> {
  const url = asked.url === undefined ? undefined : targetOf(asked.url, deps);
  if (typeof url === 'object') return url;
  const patch = url === undefined ? asked : { ...asked, url };
  const change = await patchInLedger(deps.pool, name, patch, actor, expected);
  return answerOf(change, actor.store, null);
}

const PLACE = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{0,64})$/;

const cursorOf = ({ id, owner }: WebhookPlace): string => `${id}.${owner ?? ''}`;

function placeOf(cursor: string): WebhookPlace | null {
  const [, id, owner] = PLACE.exec(cursor) ?? [];
  return id === undefined ? null : { id, owner: owner ?? null };
}

/** Lists endpoints, by id: a merchant sees those of the store; an operator sees all. */
export async function webhooksOf(
  { pool }: WebhooksDeps,
  sale: WebhookScope,
  store: string | null,
  { cursor, limit }: WebhooksRequest,
): Promise<WebhooksPage | Refusal> {
  const after = cursor === null ? null : placeOf(cursor);
  if (cursor !== null && !after) return BAD_CURSOR;
  if (sale !== null && !(await mayRead(pool, sale, store))) return NOT_FOUND;
  const found = await listWebhooks(pool, sale, store, { after, most: limit + 1 });
  const items = found.slice(0, limit).map(view);
  return { items, next: found.length > limit ? cursorOf(items.at(-1)!) : null };
}

/** Finds an endpoint of the one who asks. */
export async function webhookOf(
  { pool }: WebhooksDeps,
  name: WebhookName,
): Promise<VersionedWebhook | Refusal> {
  const found = await findWebhook(pool, name);
  return found ? { view: view(found), version: webhookVersion(found) } : NOT_FOUND;
}

/** Gives an endpoint a new secret. For a day the old one signs too, and no other can be made. */
export async function rotateWebhook(
  { pool }: WebhooksDeps,
  name: WebhookName,
  actor: Actor,
): Promise<WebhookView | Refusal> {
  const secret = newSecret();
  const change = await rotateSecret(pool, name, actor, secret);
  if (change.kind !== 'changed') return refusalOf(change);
  const found = await findWebhook(pool, name);
  return found ? { ...view(found), secret } : NOT_FOUND;
}

/** Deletes an endpoint. It gets no message from then on, not even its due deliveries. */
export async function deleteWebhook(
  { pool }: WebhooksDeps,
  name: WebhookName,
  actor: Actor,
  expected: Expected = ANY,
): Promise<{ readonly kind: 'removed' } | Refusal> {
  const change = await markWebhookRemoved(pool, name, actor, expected);
  return change.kind === 'changed' ? { kind: 'removed' } : refusalOf(change);
}
