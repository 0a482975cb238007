import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { dateAt } from '../domain/timestamps.ts';
import type { Time } from '../platform/time.ts';
import { publicLookup, targetFault } from './webhook-target.ts';
import type { TargetOptions } from './webhook-target.ts';

/** A signed message for someone else's server. */
export interface OutgoingWebhook {
  readonly url: string;
  /** The same at every try, so that the receiver recognises repetitions. */
  readonly id: string;
  readonly body: string;
  /** Each of them signs the message. The receiver needs to know one. */
  readonly secrets: readonly string[];
}

/** How the receiver answered. `error` is for the people who set the endpoint. */
export type Posted =
  { readonly kind: 'taken' } | { readonly kind: 'failed'; readonly error: string };

export interface PostOptions extends TargetOptions {
  readonly time: Pick<Time, 'now' | 'deadline'>;
  /** Longest a try may take, from resolving the host to the end of the answer. */
  readonly timeoutMs: number;
  /** Ends a try early. */
  readonly signal: AbortSignal;
}

/** The body of an answer is not read. Past this size the connection is cut. */
const MAX_ANSWER_BYTES = 1_024;

/** The three headers of Standard Webhooks. */
export function signatureHeaders(
  { id, body, secrets }: Omit<OutgoingWebhook, 'url'>,
  nowMs: number,
): Record<string, string> {
  const at = dateAt(nowMs);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

function open(webhook: OutgoingWebhook, options: PostOptions): ClientRequest {
  const { url, body } = webhook;
  const settings: RequestOptions = {
    method: 'POST',
    // A connection of its own: a reused one may have been opened under different rules.
    agent: false,
    signal: AbortSignal.any([options.signal, options.time.deadline(options.timeoutMs)]),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'doorbuster',
      ...signatureHeaders(webhook, options.time.now()),
    },
    ...(options.allowPrivate ? {} : { lookup: publicLookup }),
  };
  return url.startsWith('https:') ? requestHttps(url, settings) : requestHttp(url, settings);
}

function readStatus({ statusCode = 0 }: IncomingMessage): Posted {
  const isTaken = statusCode >= 200 && statusCode < 300;
  return isTaken ? { kind: 'taken' } : { kind: 'failed', error: `answered ${statusCode}` };
}

function errorWords(error: Error & { code?: string }): string {
  if (error.name === 'TimeoutError' || error.cause instanceof DOMException)
    return 'no answer in time';
  return error.name === 'PrivateTarget' ? error.message : (error.code ?? error.message);
}

/**
 * Sends a message once and follows no redirect. Anything the receiver does counts as an answer.
 * @throws only when `signal` ended the try
 */
export function postWebhook(webhook: OutgoingWebhook, options: PostOptions): Promise<Posted> {
  const fault = targetFault(webhook.url, options);
  if (fault) return Promise.resolve({ kind: 'failed', error: `the URL ${fault}` });
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | null = null;
    const fail = (error: Error) => {
      // A status is an answer, even if the body breaks off.
      if (answer) resolve(readStatus(answer));
      else if (options.signal.aborted) reject(error);
      else resolve({ kind: 'failed', error: errorWords(error) });
    };
    const request = open(webhook, options);
    request.on('error', fail);
    request.on('response', (response) => {
      let bytes = 0;
      answer = response;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_ANSWER_BYTES) response.destroy();
      });
      response.on('error', fail);
      response.on('close', () => resolve(readStatus(response)));
    });
    request.end(webhook.body);
  });
}
