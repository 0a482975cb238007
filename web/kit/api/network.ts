import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** `offline`: the device has no network · `unreachable`: the service gives no answer. */
export type NetworkState = 'online' | 'offline' | 'unreachable';

/** What a page sees of its surroundings; `window` and `document` in a browser. */
export interface Sight {
  readonly isOnline: () => boolean;
  readonly isSeen: () => boolean;
  /** Calls on each change of either. @returns stops it */
  readonly onChange: (call: () => void) => () => void;
}

export function browserSight(page: Window): Sight {
  return {
    isOnline: () => page.navigator.onLine,
    isSeen: () => page.document.visibilityState === 'visible',
    onChange: (call) => {
      const names = ['online', 'offline', 'focus', 'pageshow'] as const;
      for (const name of names) page.addEventListener(name, call);
      page.document.addEventListener('visibilitychange', call);
      return () => {
        for (const name of names) page.removeEventListener(name, call);
        page.document.removeEventListener('visibilitychange', call);
      };
    },
  };
}

/** Whether the service can be reached, as the browser and the last request tell. */
export class Network {
  readonly state: ReadonlySignal<NetworkState>;
  /** Counts returns: of the network, and of the visitor. What a page shows is read anew then. */
  readonly returns: ReadonlySignal<number>;
  readonly isSeen: ReadonlySignal<boolean>;
  readonly #isOnline;
  readonly #isAnswering = signal(true);
  readonly #isSeen;
  readonly #returns = signal(0);

  constructor(sight: Sight) {
    const isOnline = signal(sight.isOnline());
    const isSeen = signal(sight.isSeen());
    this.#isOnline = isOnline;
    this.#isSeen = isSeen;
    this.isSeen = isSeen;
    this.returns = this.#returns;
    this.state = computed(() => {
      if (!isOnline.value) return 'offline';
      return this.#isAnswering.value ? 'online' : 'unreachable';
    });
    sight.onChange(() => this.#look(sight));
  }

  /** Call it after each request. @param isAnswered whether any answer came, a problem too */
  note(isAnswered: boolean): void {
    this.#isAnswering.value = isAnswered;
  }

  #look(sight: Sight): void {
    const isBack = sight.isOnline() && !this.#isOnline.value;
    const isSeenAgain = sight.isSeen() && !this.#isSeen.value;
    this.#isOnline.value = sight.isOnline();
    this.#isSeen.value = sight.isSeen();
    // Nobody has asked since.
    if (isBack) this.#isAnswering.value = true;
    if (isBack || isSeenAgain) this.#returns.value++;
  }
}
