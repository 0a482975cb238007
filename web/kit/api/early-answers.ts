import type { PageTime } from '../time/browser-time.ts';

/** When an early request was sent and answered, by `monotonic`. */
export interface EarlyTimes {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** A request that a page sent before its own code had come. */
export interface EarlyRequest {
  /** As `Request.url` has it. */
  readonly url: string;
  /** Empty: sent without one. */
  readonly token: string;
  readonly sentMs: number;
  /** Null: no answer came, or one that is no success. */
  readonly came: Promise<(EarlyTimes & { readonly response: Response }) | null>;
}

declare global {
  interface Window {
    /** Those that no view has read yet. The script that sends them shares no more with it. */
    earlyRequests?: EarlyRequest[];
  }
}

/** The page that sent them: `window` in a browser. */
export type EarlyRequests = Pick<Window, 'earlyRequests'>;

/** The code of a page on a slow phone comes within this time; a later reader wants newer data. */
const FRESH_MS = 10_000;

const tokenOf = ({ headers }: Pick<Request, 'headers'>): string =>
  headers.get('Authorization')?.replace(/^Bearer /, '') ?? '';

/**
 * Hands over the answer to a request that was sent early, once.
 * @returns null when nobody has asked for the same as the same visitor: ask as usual
 */
export async function earlyAnswer(
  page: EarlyRequests,
  wanted: Pick<Request, 'url' | 'method' | 'headers'>,
  time: Pick<PageTime, 'monotonic'>,
): Promise<(EarlyTimes & { readonly response: Response }) | null> {
  if (wanted.method !== 'GET') return null;
  const sent = page.earlyRequests ?? [];
  const token = tokenOf(wanted);
  const at = sent.findIndex((one) => one.url === wanted.url && one.token === token);
  const [found] = at < 0 ? [] : sent.splice(at, 1);
  if (!found || time.monotonic() - found.sentMs > FRESH_MS) return null;
  return found.came;
}
