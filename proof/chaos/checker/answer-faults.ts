import type { Answered, Exchange } from '../clients/client-journal.ts';

/** A time in which something could not run; `origin` null: the clients themselves. */
export interface Standstill {
  readonly origin: string | null;
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

const ANSWER_WITHIN_MS = 5_000;
/** On top of what `Prefer: wait` names, if that is longer. */
const WAIT_MARGIN_MS = 2_000;
const MS = 1_000;
const FAULTS_FROM = 500;
const BUSY = 503;
/** What a fault shows of a body. */
const SHOWN_CHARACTERS = 300;

const mostOf = ({ waitS }: Exchange['asked']): number =>
  Math.max(ANSWER_WITHIN_MS, (waitS ?? 0) * MS + WAIT_MARGIN_MS);

/** How much of the time of a request the api, or the clients, could not run. */
function stoodStillMs(asked: Exchange['asked'], tookMs: number, list: readonly Standstill[]) {
  const { origin } = new URL(asked.url);
  const endMs = asked.atMs + tookMs;
  const parts = list
    .filter((one) => one.origin === null || one.origin === origin)
    .map(({ fromMs, toMs }) => Math.min(toMs, endMs) - Math.max(fromMs, asked.atMs));
  return parts.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

/** True for a 5xx that is not the problem `busy`. */
function isFault({ status, text }: Answered): boolean {
  if (status < FAULTS_FROM) return false;
  return status !== BUSY || !text.includes('"code":"busy"');
}

/**
 * Answers that came too late, never, or with a 5xx that is not `busy`. A connection that is cut or
 * refused is no answer and no fault.
 */
export function answerFaults(
  exchanges: readonly Exchange[],
  standstills: readonly Standstill[],
): string[] {
  return exchanges.flatMap(({ name, asked, end }) => {
    if (asked.what === 'sandbox') return [];
    const about = `${name} (${asked.method} ${new URL(asked.url).pathname})`;
    if (!end) return [`hang: ${about} has no end`];
    const ranMs = end.tookMs - stoodStillMs(asked, end.tookMs, standstills);
    const isCounted = end.line === 'answered' || end.isLate;
    const isLate = isCounted && ranMs > mostOf(asked);
    const what = end.line === 'answered' ? `answered ${end.status}` : 'not answered';
    return [
      ...(isLate ? [`hang: ${about} ${what} after ${Math.round(ranMs)} ms`] : []),
      ...(end.line === 'answered' && isFault(end)
        ? [`fault: ${about} answered ${end.status}: ${end.text.slice(0, SHOWN_CHARACTERS)}`]
        : []),
    ];
  });
}
