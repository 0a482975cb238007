import type { CellId } from '../domain/ids.ts';
import type { RedisCommands } from '../platform/redis.ts';

/** The connections to the server that holds a cell. */
export interface CellLinks {
  /** For the hot path: a command runs once or fails, and the caller finds out what became of it. */
  readonly hot: RedisCommands;
  /** For background work and admin, with a longer timeout. */
  readonly steady: RedisCommands;
}

/**
 * Decides which connections serve a cell; no other file does. One server holds every cell. The
 * worker and the command line have no hot path: one connection serves them for both.
 */
export class CellConnections {
  readonly #links: CellLinks;

  constructor(steady: RedisCommands, hot: RedisCommands = steady) {
    this.#links = { hot, steady };
  }

  of(_cell: CellId): CellLinks {
    return this.#links;
  }

  /** The steady connection to every server that holds cells. */
  servers(): readonly RedisCommands[] {
    return [this.#links.steady];
  }
}
