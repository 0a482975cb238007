/** What the kit needs of clocks; a test passes its own. Times are in ms. */
export interface PageTime {
  /** The clock of the device, which may be wrong and may jump. */
  now(): number;
  /** Never goes back. It may stand still while the device sleeps. */
  monotonic(): number;
  /** @returns cancels it */
  after(ms: number, call: () => void): () => void;
}

export const browserTime: PageTime = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
