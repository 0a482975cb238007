import pg from 'pg';
import type { PoolClient } from 'pg';

const PROBE_MS = 500;
/** A server that does not answer for this long may have lost its connections. */
const SUSPECT_MS = 1_000;

/** The server did not answer a statement; what became of it is unknown. */
export class ServerSilent extends Error {
  override readonly name = 'ServerSilent';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`Postgres did not answer within ${Math.round(afterMs)} ms`);
    this.afterMs = afterMs;
  }
}

/** As much work waits for a connection as may. It is an outage: the same work may succeed later. */
export class PoolFull extends Error {
  override readonly name = 'PoolFull';

  constructor() {
    super('too much work waits for a connection to Postgres');
  }
}

/** How long a statement may take on each connection. */
const usualMs = new WeakMap<object, number>();

/** How long a statement may take on a connection of a `WaryPool`; undefined: it is of another. */
export const usualMsOn = (client: PoolClient): number | undefined => usualMs.get(client);

/** A statement with its parameters; the types of pg lack the bound. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
  readonly values?: unknown[];
  readonly query_timeout?: number;
}

/** @returns why the connection cannot be used again, if so */
export const failureOf = (client: PoolClient, statement: Statement): Promise<Error | undefined> =>
  client.query(statement).then(
    () => undefined,
    (fault: Error) => fault,
  );

const PROBE: Statement = { text: 'select 1', query_timeout: PROBE_MS };

type WaryConfig = pg.PoolConfig & { readonly query_timeout: number };

type OnConnected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * Connections to one server. When one of them is silent, the network may have lost all of them: the
 * pool asks each idle one, and drops those that do not answer.
 */
export class WaryPool extends pg.Pool {
  readonly #maxWaiting: number;
  #isProbing = false;

  constructor(config: WaryConfig, maxWaiting: number) {
    super(config);
    this.#maxWaiting = maxWaiting;
    this.on('connect', (client) => {
      usualMs.set(client, config.query_timeout);
      // The pool listens to idle connections only. A connection cut while in use fails its query,
      // but its error event would end the process if nothing listened.
      client.on('error', () => {});
    });
    this.on('release', (error) => {
      if (error instanceof ServerSilent && error.afterMs >= SUSPECT_MS) void this.#probeIdle();
    });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: OnConnected): void;
  override connect(callback?: OnConnected): Promise<PoolClient> | void {
    if (this.waitingCount < this.#maxWaiting) {
      return callback ? super.connect(callback) : super.connect();
    }
    if (!callback) return Promise.reject(new PoolFull());
    callback(new PoolFull(), undefined, () => {});
  }

  async #probeIdle(): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    const probes = Array.from({ length: this.idleCount }, () => this.#probeOne());
    // A pool that cannot connect has no idle connection either.
    await Promise.allSettled(probes);
    this.#isProbing = false;
  }

  async #probeOne(): Promise<void> {
    const client = await this.connect();
    client.release(await failureOf(client, PROBE));
  }
}
