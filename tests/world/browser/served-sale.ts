import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, connect, placeOrder } from '../../../client/index.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { JWT_SECRET, signFor } from '../../../proof/builders/secrets.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { startService } from '../../../proof/fleet/service-process.ts';
import type { ServiceProcess } from '../../../proof/fleet/service-process.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import { withStage } from '../servers/with-stage.ts';
import type { World } from '../servers/world.ts';

/** A sale that is open for decades, with an offer in each state of stock. */
const SALE = {
  sale: { id: 'eleven', ...saleBody({ name: 'Double Eleven' }) },
  offers: [
    { id: 'charger', ...offerBody({ title: 'USB charger', price: 15_900, listPrice: 19_900 }) },
    { id: 'bowls', ...offerBody({ title: 'Rice bowls, six', price: 10_900, cap: 50 }) },
    { id: 'duvet', ...offerBody({ title: 'Duvet cover', price: 25_900, warnAt: { units: 10 } }) },
    { id: 'gone', ...offerBody({ title: 'Tote bag', price: 0, cap: 0 }) },
  ],
};

/** The real service with a sale, as a process of its own on the servers of a world. */
export class ServedSale {
  readonly service: ServiceProcess;
  readonly admin: SaleAdmin;
  readonly #folder: string;

  private constructor(service: ServiceProcess, folder: string) {
    this.service = service;
    this.admin = new SaleAdmin(service.url, JWT_SECRET);
    this.#folder = folder;
  }

  static async open({ redisUrl, databaseUrl }: World): Promise<ServedSale> {
    const folder = mkdtempSync(join(tmpdir(), 'doorbuster-e2e-'));
    const settings = { redisUrl, databaseUrl, jwtSecret: JWT_SECRET };
    const service = await startService('all', settings, join(folder, 'service.log'));
    const served = new ServedSale(service, folder);
    await served.admin.open(SALE);
    return served;
  }

  get origin(): string {
    return this.service.url;
  }

  /** A token that the service accepts. */
  token(claims: TokenClaims, ttlSeconds?: number): string {
    return signFor(JWT_SECRET, claims, ttlSeconds);
  }

  /** Places the order of a new shopper. */
  async buy(offer: string, quantity: number): Promise<void> {
    const key = `${offer}-${quantity}`;
    const token = this.token({ sub: `shopper-${key}`, role: 'shopper' });
    const client = connect({ url: this.origin, token: () => token });
    const body = { lines: [{ offer, quantity }] };
    const headers = { 'Idempotency-Key': key };
    await answerOf(placeOrder({ client, path: { sale: SALE.sale.id }, headers, body }));
  }

  async close(): Promise<void> {
    await this.service.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A service with a sale for all tests of the file. */
export const withServedSale = (take: (served: ServedSale) => void): void =>
  withStage('file', ServedSale.open, take);
