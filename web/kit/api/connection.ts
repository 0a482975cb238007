import { connect } from '../../../client/index.ts';
import type { Client } from '../../../client/index.ts';
import type { Session } from '../session/session.ts';
import type { PageTime } from '../time/browser-time.ts';
import { msOf } from '../time/timestamps.ts';
import type { ServerClock } from '../time/server-clock.ts';
import { earlyAnswer } from './early-answers.ts';
import type { EarlyRequests, EarlyTimes } from './early-answers.ts';
import { fetchInTime } from './in-time.ts';
import type { Network } from './network.ts';
import { problemOf } from './problem.ts';

export interface ConnectionDeps {
  /** The origin of the service. */
  readonly url: string;
  readonly session: Session;
  readonly clock: ServerClock;
  readonly time: PageTime;
  readonly network: Network;
  /** What was asked for before the page's code had come. */
  readonly early: EarlyRequests;
  /** The tag of the page's language, asked before each request: problems come in it. */
  readonly locale: () => string;
}

/** A view reads again by itself, so a read need not last. */
const READS = { tries: 2, withinMs: 3_000 };
/** How long one try may take, with the body of its answer. */
export const READ_MS = 10_000;
/** Longer, because an audit is asked for like a change, and because a change counts. */
export const CHANGE_MS = 15_000;
/** A `Date` header has whole seconds. */
export const DATE_SLACK_MS = 1_000;
const UNAUTHENTICATED = 401;

/** The two ways to call the service. */
export interface Connection {
  /** For what is only shown: soon gives up. */
  readonly read: Client;
  /** For what changes something: tries for half a minute, with the same key. */
  readonly change: Client;
}

/** By answer: only those that came early. */
type TimesOfEarly = WeakMap<Response, EarlyTimes>;

/** Answers the first reads of a page by what was asked for early. */
function takeEarlyAnswers(client: Client, { early, time }: ConnectionDeps): TimesOfEarly {
  const times: TimesOfEarly = new WeakMap();
  const { fetch: usual = globalThis.fetch } = client.getConfig();
  client.setConfig({
    fetch: async (input, init) => {
      const came = input instanceof Request ? await earlyAnswer(early, input, time) : null;
      if (came === null) return usual(input, init);
      times.set(came.response, came);
      return came.response;
    },
  });
  return times;
}

/** Learns the server's time from an answer, unless a cache on the way made it older. */
function watchClock(client: Client, { clock, time }: ConnectionDeps, early: TimesOfEarly): void {
  const sent = new WeakMap<Request, number>();
  client.interceptors.request.use((request) => {
    sent.set(request, time.monotonic());
    return request;
  });
  client.interceptors.response.use((response, request) => {
    const { sentMs, receivedMs } = early.get(response) ?? {
      sentMs: sent.get(request),
      receivedMs: time.monotonic(),
    };
    const date = response.headers.get('date');
    if (sentMs !== undefined && date !== null && !response.headers.has('age')) {
      const serverMs = msOf(date);
      clock.learn({ serverMs, sentMs, receivedMs, slackMs: DATE_SLACK_MS });
    }
    return response;
  });
}

interface Patience {
  readonly retries: object;
  readonly tryMs: number;
}

function clientOf(deps: ConnectionDeps, { retries, tryMs }: Patience): Client {
  const { url, session, time, network, locale } = deps;
  const send = fetchInTime(tryMs, time);
  const client = connect({ url, token: () => session.token, retries, send });
  // The browser asks whether its copy is still good, and so learns the time, too.
  client.setConfig({ cache: 'no-cache' });
  client.interceptors.request.use((request) => {
    request.headers.set('Accept-Language', locale());
    return request;
  });
  watchClock(client, deps, takeEarlyAnswers(client, deps));
  client.interceptors.response.use((response, request) => {
    network.note(true);
    const hadToken = request.headers.has('Authorization');
    if (response.status === UNAUTHENTICATED && hadToken) session.end();
    return response;
  });
  client.interceptors.error.use((error, response) => {
    if (!response && problemOf(error).code === 'offline') network.note(false);
    return error;
  });
  return client;
}

export const createConnection = (deps: ConnectionDeps): Connection => ({
  read: clientOf(deps, { retries: READS, tryMs: READ_MS }),
  change: clientOf(deps, { retries: {}, tryMs: CHANGE_MS }),
});
