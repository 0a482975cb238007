/** Wall-clock time, injected so that tests can move it. Sale windows use Redis TIME, never this. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
