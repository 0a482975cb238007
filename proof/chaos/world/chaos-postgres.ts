import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../../src/platform/embedded/postgres-server.ts';
import type { PostgresServer } from '../../../src/platform/embedded/postgres-server.ts';
import { childrenOf, isRunning, signal } from '../../../src/platform/embedded/processes.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { postgresTarget, urlThroughProxy } from '../../fleet/postgres-address.ts';
import type { Target } from '../../fleet/tcp-proxy.ts';

const CONNECT_WITHIN_MS = 2_000;
const STATEMENT_WITHIN_MS = 5_000;

/** The Postgres of a world. */
export class ChaosPostgres {
  readonly #server: PostgresServer;
  #working: Promise<void> = Promise.resolve();

  private constructor(server: PostgresServer) {
    this.#server = server;
  }

  static async start(folder: string, cleanup: Cleanup): Promise<ChaosPostgres> {
    const server = await startPostgres({ dir: join(folder, 'postgres') });
    cleanup.add(() => server.kill());
    return new ChaosPostgres(server);
  }

  /** Past all proxies. */
  get url(): string {
    return this.#server.url;
  }

  /** The address of the server, for a proxy. */
  get target(): Target {
    return postgresTarget(this.url);
  }

  /** The URL of the database at a proxy. */
  urlAt(proxyPort: number): string {
    return urlThroughProxy(this.url, proxyPort);
  }

  /** Runs statements on a connection of their own. @throws when the server is away */
  async run<T>(statements: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: STATEMENT_WITHIN_MS,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return await statements(client);
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** SIGSTOP to the server and every session. @returns continues them */
  freeze(): () => void {
    const { pid } = this.#server;
    // Once the first process stands still, it starts no others.
    signal(pid, 'SIGSTOP');
    const frozen = [...childrenOf(pid), pid];
    for (const one of frozen) signal(one, 'SIGSTOP');
    return () => {
      for (const one of frozen) signal(one, 'SIGCONT');
    };
  }

  /** kill -9 of the server and every session. */
  kill(): Promise<void> {
    return this.#server.kill();
  }

  /** Starts it if it does not run. */
  revive(): Promise<void> {
    return this.#one(async () => {
      if (!isRunning(this.#server.pid)) await this.#server.restart();
    });
  }

  /** A fast shutdown, as an operator does it, and a start. */
  restart(): Promise<void> {
    return this.#one(() => this.#server.restart());
  }

  /** Starts and stops happen one after the other. */
  #one(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.catch(() => {}).then(work);
    return this.#working;
  }
}
