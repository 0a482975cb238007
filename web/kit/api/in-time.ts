import type { PageTime } from '../time/browser-time.ts';

/** The name of the error when no answer came in time. */
export const TIMEOUT = 'TimeoutError';

/** How long something may take. */
export interface Limit {
  /** Ends after that time, or with the signal that was given. */
  readonly signal: AbortSignal;
  /** From now on only the given signal ends it. */
  lift(): void;
}

/**
 * Without a limit, a request to a service that stands still lasts until the browser gives it up,
 * which takes minutes. It holds for the body of an answer, too.
 * @param given undefined: nobody else ends it
 */
export function limitOf(ms: number, time: PageTime, given?: AbortSignal): Limit {
  const own = new AbortController();
  const lift = time.after(ms, () => own.abort(new DOMException('no answer in time', TIMEOUT)));
  const end = () => {
    lift();
    own.abort(given?.reason);
  };
  if (given?.aborted) end();
  else given?.addEventListener('abort', end, { once: true });
  return { signal: own.signal, lift };
}

/** What is no JSON is a file that the visitor saves, which may be long. */
const isBrief = ({ headers }: Response): boolean =>
  /^application\/(problem\+)?json\b/.test(headers.get('content-type') ?? '');

/** Makes a `fetch` of which each request has a limit. */
export function fetchInTime(
  ms: number,
  time: PageTime,
  send: typeof fetch = globalThis.fetch,
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { signal, lift } = limitOf(ms, time, request.signal);
    const answer = await send(request, { signal });
    if (!isBrief(answer)) lift();
    return answer;
  };
}
