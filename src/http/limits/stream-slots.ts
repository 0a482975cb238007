/**
 * How many live streams each caller has open. Only callers with an open stream are remembered, so
 * memory is bounded by the number of streams.
 */
export class StreamSlots {
  readonly #each: number;
  readonly #open = new Map<string, number>();

  /** @param each the most that one caller may have open */
  constructor(each: number) {
    this.#each = each;
  }

  /** @returns what gives the slot back, or null when the caller has all of its own in use */
  take(caller: string): (() => void) | null {
    const open = this.#open.get(caller) ?? 0;
    if (open >= this.#each) return null;
    this.#open.set(caller, open + 1);
    let isOpen = true;
    return () => {
      if (isOpen) this.#giveBack(caller);
      isOpen = false;
    };
  }

  #giveBack(caller: string): void {
    const left = this.#open.get(caller)! - 1;
    if (left === 0) this.#open.delete(caller);
    else this.#open.set(caller, left);
  }
}
