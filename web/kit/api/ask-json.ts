import { msOf } from '../time/timestamps.ts';
import { DATE_SLACK_MS } from './connection.ts';
import type { ConnectionDeps } from './connection.ts';

/** A request to a route of the page's own origin that is no part of the API. */
export interface JsonRequest {
  readonly path: string;
  /** Sent as JSON by POST; undefined: a GET. */
  readonly body?: object;
  readonly signal?: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** Whatever came: check it. */
  readonly body: unknown;
}

/** Asks without a token. @throws TypeError when no answer came */
export async function askJson(
  { network, clock, time }: Pick<ConnectionDeps, 'network' | 'clock' | 'time'>,
  { path, body, signal }: JsonRequest,
): Promise<JsonAnswer> {
  const sentMs = time.monotonic();
  const post = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, {
    ...(body === undefined ? {} : post),
    ...(signal === undefined ? {} : { signal }),
    cache: 'no-store',
  }).catch((error: unknown) => {
    if (error instanceof TypeError) network.note(false);
    throw error;
  });
  network.note(true);
  const serverMs = msOf(answer.headers.get('date') ?? '');
  clock.learn({ serverMs, sentMs, receivedMs: time.monotonic(), slackMs: DATE_SLACK_MS });
  return { status: answer.status, body: await answer.json() };
}

/** The fields of an object; none of anything else. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
