import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answerOf,
  cancelOrder,
  connect,
  getOrder,
  placeOrder,
  startPayment,
} from '../../../client/index.ts';
import type { Client } from '../../../client/index.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { JWT_SECRET, signFor } from '../../../proof/builders/secrets.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { startSandboxProcess, startService } from '../../../proof/fleet/service-process.ts';
import type { SandboxProcess, ServiceProcess } from '../../../proof/fleet/service-process.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import { until } from '../../world/servers/wait-until.ts';
import { TURNS_NOBODY_AWAY } from '../../../proof/fleet/turns-nobody-away.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

export const SALE = 'eleven';
export const MIA = { sub: 'mia', role: 'merchant', store: 'store-1' } as const;
export const MAX = { sub: 'max', role: 'merchant', store: 'store-1' } as const;
export const OLAF = { sub: 'olaf', role: 'operator' } as const;

/** A sale of two stores, open for decades. */
export const FILE = {
  sale: { id: SALE, ...saleBody({ name: 'Double Eleven', cells: 2, payWithinSeconds: 3_600 }) },
  offers: [
    {
      id: 'charger',
      ...offerBody({ title: 'USB charger', price: 15_900, listPrice: 19_900, cap: 100 }),
    },
    {
      id: 'bowls',
      ...offerBody({ title: 'Rice bowls, six', price: 10_900, cap: 50, warnAt: { units: 5 } }),
    },
    { id: 'duvet', ...offerBody({ title: 'Duvet cover', price: 25_900, store: 'store-2' }) },
  ],
  budgets: [{ id: 'own', store: 'store-1', amount: 100_000, policy: 'partial' as const }],
};

export interface OrderOf {
  readonly shopper: string;
  readonly lines: readonly { readonly offer: string; readonly quantity: number }[];
}

/** The real service with a sale and a payment provider, for people who run a store. */
export class DeskStage {
  readonly service: ServiceProcess;
  readonly admin: SaleAdmin;
  readonly #sandbox: SandboxProcess;
  readonly #folder: string;

  private constructor(service: ServiceProcess, sandbox: SandboxProcess, folder: string) {
    this.service = service;
    this.admin = new SaleAdmin(service.url, JWT_SECRET);
    this.#sandbox = sandbox;
    this.#folder = folder;
  }

  static async open({ redisUrl, databaseUrl }: World): Promise<DeskStage> {
    const folder = mkdtempSync(join(tmpdir(), 'doorbuster-desk-'));
    const sandbox = await startSandboxProcess(folder);
    const environment = { ...TURNS_NOBODY_AWAY, WEBHOOK_ALLOW_PRIVATE: 'true' };
    const settings = { redisUrl, databaseUrl, jwtSecret: JWT_SECRET, sandbox, environment };
    const service = await startService('all', settings, join(folder, 'service.log'));
    await sandbox.tell(service.url);
    const stage = new DeskStage(service, sandbox, folder);
    await stage.admin.open(FILE);
    return stage;
  }

  get origin(): string {
    return this.service.url;
  }

  /** The address of a view, with a sign-in. @param rest after the sale, e.g. `/offers?q=a` */
  view(claims: TokenClaims, rest = ''): string {
    return `/merchant/s/${SALE}${rest}#token=${signFor(JWT_SECRET, claims)}`;
  }

  client(claims: TokenClaims): Client {
    const token = signFor(JWT_SECRET, claims);
    return connect({ url: this.origin, token: () => token });
  }

  #shopper(sub: string): Client {
    return this.client({ sub, role: 'shopper' });
  }

  /** Places an order. @returns its id */
  async buy({ shopper, lines }: OrderOf): Promise<string> {
    const { id } = await answerOf(
      placeOrder({
        client: this.#shopper(shopper),
        path: { sale: SALE },
        headers: { 'Idempotency-Key': `${shopper}-order` },
        body: { lines: [...lines] },
      }),
    );
    return id;
  }

  /** Pays an order as its shopper does at the provider, and waits until it is paid. */
  async pay(order: string, shopper: string): Promise<void> {
    const client = this.#shopper(shopper);
    await this.#visitProvider(order, client, 'authorize');
    const isPaid = async () =>
      (await answerOf(getOrder({ client, path: { order } }))).state === 'paid';
    await until(isPaid, { describe: 'the order is paid', timeoutMs: 30_000 });
  }

  /** Tries to pay an order; the bank says no. */
  async beDeclined(order: string, shopper: string): Promise<void> {
    await this.#visitProvider(order, this.#shopper(shopper), 'decline');
  }

  async #visitProvider(order: string, client: Client, outcome: 'authorize' | 'decline') {
    const path = { order };
    const isSettled = async () => (await answerOf(getOrder({ client, path }))).settled;
    await until(isSettled, { describe: 'the order is settled' });
    const { url = '' } = await answerOf(startPayment({ client, path, body: {} }));
    const page = new URL(url);
    const paid = await fetch(`${page.origin}/payments/${page.pathname.split('/').at(-1)}/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome }),
    });
    await paid.arrayBuffer();
  }

  async cancel(order: string, shopper: string): Promise<void> {
    await answerOf(cancelOrder({ client: this.#shopper(shopper), path: { order }, body: {} }));
  }

  async close(): Promise<void> {
    await this.service.stop();
    await this.#sandbox.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A service with a sale for all tests of the file. */
export const withDesk = (take: (stage: DeskStage) => void): void =>
  withStage('file', DeskStage.open, take);
