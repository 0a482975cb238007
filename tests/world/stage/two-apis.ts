import { Client } from 'pg';
import { expect } from 'vitest';
import { checkEvidence } from '../../../proof/checker/ledger-facts.ts';
import type { Verdict } from '../../../proof/checker/compare-books.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';
import { Rush } from '../checks/rush.ts';
import { until } from '../servers/wait-until.ts';
import type { World } from '../servers/world.ts';
import { Shop, wireOptions } from './shop.ts';

/** The addresses at which each process reaches its Redis. */
export interface RedisUrls {
  readonly apis: readonly [string, string];
  readonly worker: string;
}

const CAP = 10_000;

/** Two apis and a worker of one sale in this process. Shoppers take turns over the apis. */
export class TwoApis {
  readonly #world: World;
  readonly #urls: RedisUrls;
  #shops: readonly Shop[];
  readonly rush: Rush;

  private constructor(world: World, urls: RedisUrls, shops: readonly Shop[]) {
    this.#world = world;
    this.#urls = urls;
    this.#shops = shops;
    this.rush = new Rush(...shops);
  }

  /** Opens a sale, starts the worker, and lets the shoppers in. */
  static async open(world: World, urls: RedisUrls): Promise<TwoApis> {
    const wire = (redisUrl: string) => wireOptions({ ...world, redisUrl }, { observer: SILENT });
    const [url, second] = urls.apis;
    const worker = await wireWorker(wire(urls.worker));
    const first = new Shop(await wireApi(wire(url)), worker);
    const other = new Shop(await wireApi(wire(second)), worker, first.sale);
    await first.open([offer('a', { cap: CAP, limitPerShopper: 1 })]);
    await other.api.directory.refresh();
    worker.settler.start();
    return new TwoApis(world, urls, [first, other]);
  }

  /** The first api, and the worker. */
  get shop(): Shop {
    return this.#shops[0]!;
  }

  async epoch(): Promise<number> {
    return (await findCursor(this.shop.worker.pool, { sale: this.shop.sale, cell: 0 }))!.epoch;
  }

  /** Lets some orders be acknowledged that nobody can settle before `strike` is over. */
  async withUnsettled(orders: number, strike: () => Promise<unknown>): Promise<void> {
    const client = new Client({ connectionString: this.#world.databaseUrl });
    await client.connect();
    try {
      await client.query('begin');
      await client.query('select from cells where sale = $1 for update', [this.shop.sale]);
      await this.rush.passes(orders);
      await strike();
    } finally {
      await client.end();
    }
  }

  async stopWorker(): Promise<void> {
    await this.shop.closeWorker();
  }

  async startWorker(): Promise<void> {
    const { databaseUrl } = this.#world;
    const wire = wireOptions({ databaseUrl, redisUrl: this.#urls.worker }, { observer: SILENT });
    const worker = await wireWorker(wire);
    this.#shops = this.#shops.map(({ api, sale }) => new Shop(api, worker, sale));
    worker.settler.start();
  }

  /** Ends the rush, and compares what its shoppers know with the ledger once all is settled. */
  async verdict(): Promise<Verdict> {
    await this.rush.end();
    await until(() => this.shop.isQuiet(), { describe: 'the sale is quiet' });
    return checkEvidence(this.shop.worker.pool, this.shop.sale, this.rush.evidence());
  }

  /** Every acknowledged order is in the ledger once, and the audit has no row. */
  async expectNothingLost(): Promise<void> {
    const { lost, duplicate, unrequested, oversold } = await this.verdict();
    const { brokenPromises } = await this.shop.audit();
    expect({ lost, duplicate, unrequested, oversold, brokenPromises }).toEqual({
      ...{ lost: 0, duplicate: 0, unrequested: 0, oversold: 0, brokenPromises: [] },
    });
  }

  async close(): Promise<void> {
    // A shopper who got no order has failed the test already.
    await this.rush.end().catch(() => {});
    await Promise.all(this.#shops.map(({ api }) => api.close()));
    await this.shop.closeWorker();
  }
}
