import type { Redis } from 'ioredis';

/**
 * Calls of BullMQ that may be lost. Its connection keeps each call until Redis answers, for hours
 * if need be. So a call is left out while the connection is not ready, or while an earlier one of
 * its name has no answer: else all of them would run together once Redis is back.
 */
export class LosableCalls {
  readonly #connection: Pick<Redis, 'status'>;
  readonly #underWay = new Set<string>();

  constructor(connection: Pick<Redis, 'status'>) {
    this.#connection = connection;
  }

  /** Resolves at once when the call is left out. */
  async make(name: string, call: () => Promise<unknown>): Promise<void> {
    if (this.#connection.status !== 'ready' || this.#underWay.has(name)) return;
    this.#underWay.add(name);
    await call().finally(() => this.#underWay.delete(name));
  }
}
