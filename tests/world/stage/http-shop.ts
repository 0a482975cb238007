import { expect } from 'vitest';
import type { App } from '../../../src/http/deps.ts';
import type { WireOptions } from '../../../src/process/wiring/wire-core.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import type { Offer } from '../../../src/domain/sale.ts';
import { dumpCell } from '../../../proof/builders/dump-cell.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { apiOf } from './http.ts';
import { Shop } from './shop.ts';
import { TURNS_NOBODY_AWAY } from '../../../proof/fleet/turns-nobody-away.ts';
import type { World } from '../servers/world.ts';

export const operator = bearer({ sub: 'ops', role: 'operator' });
export const merchant = bearer({ sub: 'm1', role: 'merchant', store: 'store-1' });
export const shopper = (sub: string): string => bearer({ sub, role: 'shopper' });

/** A request; the fields it leaves out are those of a valid order of `u1`. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  /** A null removes a header. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** The body; text is sent unchanged. */
  readonly body?: unknown;
}

/** A body with one line, by default one unit of the offer `mug`. */
export const lines = (line: object = {}) => ({ lines: [{ offer: 'mug', quantity: 1, ...line }] });

const SOUND = {
  authorization: shopper('u1'),
  'idempotency-key': 'refused',
  'content-type': 'application/json',
};

/** The ledger's tables, without what changes by itself: an api adds its counts when it likes. */
const TABLES = `
  select format('select %L as name, md5(string_agg(t::text, chr(10) order by t::text)) from %I t',
    tablename, tablename) as digest
  from pg_tables where schemaname = 'public'
    and tablename not in ('processes', 'process_figures', 'hand_overs', 'refusal_counts')
  order by tablename`;

/** A sale behind the real HTTP interface, in this process. */
export class HttpShop {
  readonly shop: Shop;
  readonly sale: SaleId;
  readonly #app: App;
  readonly #url: string;

  private constructor(shop: Shop, sale: SaleId, app: App, url: string) {
    this.shop = shop;
    this.sale = sale;
    this.#app = app;
    this.#url = url;
  }

  static async open(
    world: World,
    offers: readonly Offer[],
    options: Partial<WireOptions> = {},
  ): Promise<HttpShop> {
    const served = await HttpShop.serve(world, options);
    await served.shop.open(offers);
    return served;
  }

  /** Serves the interface alone; the test sets up its sale. */
  static async serve(world: World, options: Partial<WireOptions> = {}): Promise<HttpShop> {
    const shop = await Shop.create(world, options);
    const { app } = await apiOf(shop, { environment: TURNS_NOBODY_AWAY });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return new HttpShop(shop, shop.sale, app, url);
  }

  /** Another sale behind the same interface; closing one closes both. */
  at(sale: string): HttpShop {
    return new HttpShop(this.shop, sale as SaleId, this.#app, this.#url);
  }

  /** The origin of the interface, such as `http://127.0.0.1:8080`. */
  get origin(): string {
    return this.#url;
  }

  get path(): string {
    return `/v1/sales/${this.sale}`;
  }

  send({ method = 'POST', path, headers = {}, body }: Asked): Promise<Response> {
    const kept = Object.entries({ ...SOUND, ...headers }).filter(([, value]) => value !== null);
    const payload = typeof body === 'string' ? body : JSON.stringify(body ?? lines());
    return fetch(`${this.#url}${path ?? `${this.path}/orders`}`, {
      method,
      headers: Object.fromEntries(kept) as Record<string, string>,
      ...(method === 'GET' ? {} : { body: payload }),
    });
  }

  /** Sends a request below the sale’s path as an operator. @throws unless it succeeds */
  async set(method: 'PUT' | 'POST', path: string, body: object = {}, key = 'set'): Promise<void> {
    const headers = { authorization: operator, 'idempotency-key': key };
    const response = await this.send({ method, path: `${this.path}${path}`, headers, body });
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
  }

  /** Expects a refusal with its problem, and nothing written. @returns the problem */
  async refuses(
    asked: Asked,
    status: number,
    code: string,
    pointer?: string,
  ): Promise<Record<string, unknown>> {
    const before = await this.#written();
    const response = await this.send(asked);
    const problem = (await response.json()) as { errors?: { pointer: string }[] };
    expect({ ...problem, http: response.status }).toMatchObject({ http: status, status, code });
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    if (pointer !== undefined) expect(problem.errors?.map((e) => e.pointer)).toEqual([pointer]);
    expect(await this.#written()).toEqual(before);
    return { ...problem };
  }

  /** All contents of the sale’s cells, and a digest of every table of the ledger. */
  async #written(): Promise<unknown> {
    const { redis, pool, directory } = this.shop.api;
    const addresses = directory.sale(this.sale)!.cells;
    const cells = await Promise.all(addresses.map(({ id }) => dumpCell(redis, id)));
    const tables = await pool.query<{ digest: string }>(TABLES);
    const digests = tables.rows.map(({ digest }) => digest).join(' union all ');
    return { cells, ledger: (await pool.query(digests)).rows };
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.shop.close();
  }
}
