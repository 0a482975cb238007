/** Lets clients pass between two steps, or holds all of them until they may go on. */
export class Turnstile {
  #held: Promise<void> | null = null;
  #letGo: (() => void) | null = null;
  #parked = 0;
  #isOver = false;
  readonly #clients: number;
  #onParked: (() => void) | null = null;

  /** @param clients that go through it */
  constructor(clients: number) {
    this.#clients = clients;
  }

  /** True while clients are held, so a client should bring its step to an end. */
  get isShut(): boolean {
    return this.#held !== null;
  }

  /** @returns false when the client shall leave for good */
  async pass(): Promise<boolean> {
    while (this.#held) {
      this.#parked++;
      if (this.#parked === this.#clients) this.#onParked?.();
      await this.#held;
    }
    return !this.#isOver;
  }

  /** Resolves when every client is held. */
  shut(): Promise<void> {
    this.#held ??= new Promise((resolve) => (this.#letGo = resolve));
    if (this.#parked === this.#clients) return Promise.resolve();
    return new Promise((resolve) => (this.#onParked = resolve));
  }

  open(): void {
    this.#held = null;
    this.#parked = 0;
    this.#letGo?.();
    this.#letGo = null;
  }

  /** Sends every held client away. */
  dismiss(): void {
    this.#isOver = true;
    this.open();
  }
}
