import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Answer } from '../document/check-answer.ts';
import { CALLERS } from '../world/callers.ts';
import type { FuzzWorld } from '../world/fuzz-world.ts';
import type { KnownIds } from '../world/known-ids.ts';
import type { Drawn } from './drawn.ts';

/** A request as it goes to the app. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const STANDS_FOR_ID = /\{\{([\w -]+):(\d+)\}\}/g;

/** Puts ids of the world where the request only names their kinds. */
export function resolved(
  { method, url, headers, body, caller, isSigned }: Drawn,
  { known, eventSecret }: Pick<FuzzWorld, 'known' | 'eventSecret'>,
): Sent {
  const put = (text: string, quote: (id: string) => string) =>
    text.replaceAll(STANDS_FOR_ID, (_, kind: string, at: string) =>
      quote(known.pick(kind, Number(at))),
    );
  const sentBody = body === null ? null : put(body, (id) => JSON.stringify(id).slice(1, -1));
  const own = Object.entries(headers).map(([name, value]) => [name, put(value, (id) => id)]);
  const authorization = CALLERS[caller];
  return {
    method,
    url: put(url, encodeURIComponent),
    headers: {
      ...Object.fromEntries(own),
      ...(authorization === undefined ? {} : { authorization }),
      ...(isSigned && sentBody !== null ? signature(eventSecret, sentBody) : {}),
    },
    body: sentBody,
  };
}

function signature(secret: string, body: string): Record<string, string> {
  const [id, at] = [`event-${randomUUID()}`, new Date()];
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

/** Sends a request without a socket. */
export async function inject(
  app: FuzzWorld['wide'],
  { method, url, headers, body }: Sent,
): Promise<Answer> {
  const request = { method: method as 'GET', url, headers: { ...headers } };
  const answer = await app.inject(body === null ? request : { ...request, payload: body });
  const { statusCode: status, rawPayload } = answer;
  const entries = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return { method, status, headers: Object.fromEntries(entries), body: rawPayload };
}

/** Sends a request whose answer may have no end: its first bytes are enough. */
export async function fetchBeginning(
  origin: string,
  { method, url, headers, body }: Sent,
): Promise<Answer> {
  const stop = new AbortController();
  // The client sends no body with a method that has none.
  const isRead = method === 'GET' || method === 'HEAD';
  const payload = body === null || isRead ? {} : { body };
  const request = { method, headers, signal: stop.signal, ...payload };
  const answer = await fetch(origin + url, request);
  const reader = answer.body?.getReader();
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
  const parts: Uint8Array[] = [];
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    parts.push(read.value);
    if (isStream) break;
  }
  stop.abort();
  const { status } = answer;
  return {
    method,
    status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.concat(parts),
  };
}

/** Remembers ids that an answer names, so that later requests can name them. */
export function learn(known: KnownIds, operation: string, { status, headers, body }: Answer): void {
  if (status >= 300) return;
  const { etag } = headers;
  if (etag !== undefined) known.add('etag', etag);
  if (!headers['content-type']?.startsWith('application/json')) return;
  const { id, next, url, items } = JSON.parse(body.toString()) as Record<string, unknown>;
  if (typeof next === 'string') known.add('cursor', next);
  if (operation === 'placeOrder') known.add('order', String(id));
  if (operation === 'startPayment') {
    known.add('payment', String(id));
    if (typeof url === 'string') known.add('ref', url.split('/').at(-1)!);
  }
  const ofItems = ID_OF_ITEMS[operation];
  if (ofItems === undefined || !Array.isArray(items)) return;
  known.add(ofItems, ...items.flatMap((item: { id?: string }) => item.id ?? []));
}

const ID_OF_ITEMS: Readonly<Record<string, string>> = { listDeliveries: 'delivery' };
