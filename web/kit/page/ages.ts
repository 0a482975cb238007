import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** How old the things are that the page shows and that may no longer be true. */
export class Ages {
  /** When the oldest of them was read, by `monotonic`; null: there are none. */
  readonly oldestMs: ReadonlySignal<number | null>;
  readonly #all = signal<readonly { readonly atMs: number }[]>([]);

  constructor() {
    this.oldestMs = computed(() => {
      const all = this.#all.value.map(({ atMs }) => atMs);
      return all.length === 0 ? null : Math.min(...all);
    });
  }

  /** @param atMs when it was read, by `monotonic` @returns takes it back */
  add(atMs: number): () => void {
    const one = { atMs };
    this.#all.value = [...this.#all.peek(), one];
    return () => {
      this.#all.value = this.#all.peek().filter((other) => other !== one);
    };
  }
}
