import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { PageTime } from './browser-time.ts';
import type { ServerClock } from './server-clock.ts';

const SECOND_MS = 1_000;

/** The server's time in whole seconds, and the way to end its ticks. */
export interface Seconds {
  /** In ms; a multiple of 1000. */
  readonly now: ReadonlySignal<number>;
  stop(): void;
}

/**
 * Ticks when the server's clock begins a second. Each tick is planned anew from that clock, so
 * late timers add up to nothing.
 */
export function countSeconds(clock: ServerClock, time: PageTime): Seconds {
  const floor = () => Math.floor(clock.now() / SECOND_MS) * SECOND_MS;
  const now = signal(floor());
  let cancel = () => {};
  const tick = () => {
    // A device may sleep while the page is seen. This comes first: it may call `tick` itself.
    clock.wake();
    cancel();
    now.value = floor();
    cancel = time.after(SECOND_MS - (clock.now() % SECOND_MS), tick);
  };
  const forget = clock.changes.subscribe(tick);
  return {
    now,
    stop: () => {
      forget();
      cancel();
    },
  };
}
