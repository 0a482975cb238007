import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** A key that does something, anywhere in the page. */
export interface Shortcut {
  /** As `KeyboardEvent.key` says it, e.g. `?` or `p`. */
  readonly key: string;
  /** What it does, for the list. */
  readonly label: string;
  readonly run: () => void;
}

/** Whether the key belongs to what has the focus. */
const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof Element &&
  target.closest('input, textarea, select, [contenteditable]') !== null;

/** The shortcuts of the views that are open. */
export class Shortcuts {
  readonly all: ReadonlySignal<readonly Shortcut[]>;
  readonly #all = signal<readonly Shortcut[]>([]);

  constructor(page: Pick<Document, 'addEventListener'>) {
    this.all = this.#all;
    page.addEventListener('keydown', (event) => this.#press(event));
  }

  /** @returns takes it back */
  add(shortcut: Shortcut): () => void {
    this.#all.value = [...this.#all.value, shortcut];
    return () => {
      this.#all.value = this.#all.value.filter((one) => one !== shortcut);
    };
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event)) return;
    // The view that opened last goes first. A letter means the same with Shift or Caps Lock.
    const pressed = [event.key, event.key.toLowerCase()];
    const found = this.#all.value.findLast(({ key }) => pressed.includes(key));
    if (!found) return;
    event.preventDefault();
    found.run();
  }
}
