import { msOf } from '../time/timestamps.ts';
import { CHANGE_MS, DATE_SLACK_MS } from './connection.ts';
import type { ConnectionDeps } from './connection.ts';
import { limitOf } from './in-time.ts';
import { isUnanswered } from './problem.ts';

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

/** Asks without a token. @throws what `isUnanswered` knows when no answer came */
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
    signal: limitOf(CHANGE_MS, time, signal).signal,
    cache: 'no-store',
  }).catch((error: unknown) => {
    if (isUnanswered(error)) network.note(false);
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
