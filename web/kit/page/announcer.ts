import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { PageTime } from '../time/browser-time.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 5_000;
/** An older one makes place for a new one. */
const MAX_TOASTS = 3;

/** Tells visitors what happened by itself: it is read aloud, and shown for a moment. */
export class Announcer {
  /** For those who hear the page only. */
  readonly spoken: ReadonlySignal<string>;
  readonly toasts: ReadonlySignal<readonly Toast[]>;
  readonly #spoken = signal('');
  readonly #toasts = signal<readonly Toast[]>([]);
  readonly #time: PageTime;
  #lastId = 0;

  constructor(time: PageTime) {
    this.#time = time;
    this.spoken = this.#spoken;
    this.toasts = this.#toasts;
  }

  /** Says what the page already shows, such as an offer that has sold out. */
  say(text: string): void {
    this.#spoken.value = text;
  }

  /** Says it and shows it. */
  tell(text: string): void {
    const toast = { id: ++this.#lastId, text };
    this.#toasts.value = [...this.#toasts.value, toast].slice(-MAX_TOASTS);
    this.#time.after(SHOWN_MS, () => {
      this.#toasts.value = this.#toasts.value.filter(({ id }) => id !== toast.id);
    });
  }
}
