import { AsyncLocalStorage } from 'node:async_hooks';
import { systemTime } from './time.ts';

/** Work did not end in time. It is an outage: the same work may succeed later. */
export class DeadlineOver extends Error {
  override readonly name = 'DeadlineOver';

  constructor() {
    super('the deadline is over');
  }
}

interface Bounds {
  /** By the monotonic clock; Infinity: none. */
  readonly atMs: number;
  /** How long one statement may take; null: as long as on other connections. */
  readonly statementMs: number | null;
}

const UNBOUND: Bounds = { atMs: Infinity, statementMs: null };
const bounds = new AsyncLocalStorage<Bounds>({ defaultValue: UNBOUND });
const present = (): Bounds => bounds.getStore()!;

/**
 * Runs work that must be over within `ms`. All that the work awaits knows the deadline: statements
 * end with it, and none begins after it. Inside other such work the earlier deadline counts.
 * @throws DeadlineOver at the deadline, also when the work hangs
 */
export function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const nowMs = systemTime.monotonic();
  const atMs = Math.min(nowMs + ms, present().atMs);
  return new Promise((resolve, reject) => {
    const cancel = systemTime.after(Math.max(0, atMs - nowMs), () => reject(new DeadlineOver()));
    bounds
      .run({ ...present(), atMs }, work)
      .then(resolve, reject)
      .finally(cancel);
  });
}

/** Begins work that several callers share, without the deadline of the one that begins it. */
export const apart = <T>(work: () => T): T => bounds.run(UNBOUND, work);

/** Runs work whose statements may take long, each up to `statementMs`. */
export const patiently = <T>(statementMs: number, work: () => T): T =>
  bounds.run({ ...present(), statementMs }, work);

/**
 * @returns the milliseconds left, at least 1; Infinity outside work with a deadline
 * @throws DeadlineOver
 */
export function msLeft(): number {
  const { atMs } = present();
  if (atMs === Infinity) return atMs;
  // A timer may fire a moment early: nothing may begin in that moment.
  const ms = Math.floor(atMs - systemTime.monotonic());
  if (ms < 1) throw new DeadlineOver();
  return ms;
}

/** How long the next statement may take, where `otherwiseMs` is usual. @throws DeadlineOver */
export const statementMsLeft = (otherwiseMs: number): number =>
  Math.min(msLeft(), present().statementMs ?? otherwiseMs);
