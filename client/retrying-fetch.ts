/** How often a request is sent, and for how long. */
export interface Retries {
  /** The most tries of one request; 1: none is repeated. */
  readonly tries: number;
  /** No try begins later than this after the first one. */
  readonly withinMs: number;
  /** Waits between tries; a test passes its own. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const DEFAULT_RETRIES: Retries = { tries: 6, withinMs: 30_000, sleep };

const TOO_MANY = 429;
const BUSY = 503;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const MS_PER_S = 1000;

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Whether a request may be sent again when nobody knows if the first one arrived. A POST may only
 * with a key, by which the service answers the second one as it did the first.
 */
const isSafeTwice = ({ method, headers }: Request): boolean =>
  method !== 'POST' || headers.has('idempotency-key');

/**
 * Whether the answer invites the same request again. A request above the limit did nothing. One
 * that was answered `busy` may have done its work, or a part of it, so it must be safe twice, and
 * must not name a version that it may have changed itself.
 */
const mayAskAgain = (request: Request, { status }: Response): boolean =>
  status === TOO_MANY ||
  (status === BUSY && isSafeTwice(request) && !request.headers.has('if-match'));

/** Retry-After if there is one, else a random pause whose longest doubles with each try. */
function pauseAfter(answer: Response | null, tries: number): number {
  const seconds = Number(answer?.headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * MS_PER_S;
  return Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
}

/** A try that brought no answer. */
interface NoAnswer {
  readonly error: unknown;
}

const attempt = (send: typeof fetch, request: Request): Promise<Response | NoAnswer> =>
  send(request).catch((error: unknown) => ({ error }));

function end(outcome: Response | NoAnswer): Response {
  if (outcome instanceof Response) return outcome;
  throw outcome.error;
}

/**
 * Makes a `fetch` that repeats a request when the caller sends too much, and, if it may arrive
 * twice, when the service is busy and when the network fails. Each try is the same request with the
 * same headers, so also with the same `Idempotency-Key`. It waits as long as `Retry-After` says.
 * @returns a fetch that resolves with the last answer, or throws the last error
 */
export function retryingFetch(
  { tries: most, withinMs, sleep: wait }: Retries = DEFAULT_RETRIES,
  send: typeof fetch = globalThis.fetch,
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const endMs = Date.now() + withinMs;
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(send, request.clone());
      const answer = outcome instanceof Response ? outcome : null;
      const isOver = answer
        ? !mayAskAgain(request, answer)
        : request.signal.aborted || !isSafeTwice(request);
      const pauseMs = pauseAfter(answer, tries);
      if (isOver || tries >= most || Date.now() + pauseMs > endMs) return end(outcome);
      await answer?.body?.cancel();
      await wait(pauseMs, request.signal);
    }
  };
}
