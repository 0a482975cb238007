import { msOf } from '../time/timestamps.ts';
import { CHANGE_MS, DATE_SLACK_MS } from './connection.ts';
import type { ConnectionDeps } from './connection.ts';
import { earlyAnswer } from './early-answers.ts';
import { limitOf } from './in-time.ts';
import { isUnanswered } from './problem.ts';

type AskDeps = Pick<ConnectionDeps, 'network' | 'clock' | 'time'>;

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

/** Sends it, unless it was sent before the page's code had come. */
async function answerTo({ path, body, signal }: JsonRequest, time: AskDeps['time']) {
  const post = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const request = new Request(path, {
    ...(body === undefined ? {} : post),
    signal: limitOf(CHANGE_MS, time, signal).signal,
    cache: 'no-store',
  });
  const early = await earlyAnswer(window, request, time);
  if (early) return early;
  const sentMs = time.monotonic();
  const response = await fetch(request);
  return { response, sentMs, receivedMs: time.monotonic() };
}

/** Asks without a token. @throws what `isUnanswered` knows when no answer came */
export async function askJson(
  { network, clock, time }: AskDeps,
  request: JsonRequest,
): Promise<JsonAnswer> {
  const came = await answerTo(request, time).catch((error: unknown) => {
    if (isUnanswered(error)) network.note(false);
    throw error;
  });
  network.note(true);
  const { response, sentMs, receivedMs } = came;
  const serverMs = msOf(response.headers.get('date') ?? '');
  clock.learn({ serverMs, sentMs, receivedMs, slackMs: DATE_SLACK_MS });
  return { status: response.status, body: await response.json() };
}

/** The fields of an object; none of anything else. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
