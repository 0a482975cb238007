import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answerOf,
  cancelOrder,
  connect,
  listOrders,
  patchOffer,
  placeOrder,
  putSale,
  refundOrder,
} from '../../../client/index.ts';
import type { Client, PlacedOrder } from '../../../client/index.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { JWT_SECRET, signFor } from '../../../proof/builders/secrets.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import type { SaleFile } from '../../../proof/fleet/sale-admin.ts';
import { startSandboxProcess, startService } from '../../../proof/fleet/service-process.ts';
import type { SandboxProcess, ServiceProcess } from '../../../proof/fleet/service-process.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const lumen = { store: 'lumen', categories: ['audio'] };
const kiln = { store: 'kiln', categories: ['kitchen'] };

/** Two stores with offers that discounts of every layer look at, and one of the flash lane. */
export const CARTS: SaleFile = {
  sale: { id: 'carts', ...saleBody({ name: 'Double Eleven' }) },
  offers: [
    {
      id: 'charger',
      ...offerBody({ ...lumen, title: 'USB charger', price: 15_900, listPrice: 19_900, cap: 500 }),
    },
    { id: 'bowls', ...offerBody({ ...kiln, title: 'Rice bowls', price: 10_900, cap: 500 }) },
    { id: 'mug', ...offerBody({ ...kiln, title: 'Tea mug', lane: 'flash', cap: 500 }) },
    { id: 'two', ...offerBody({ ...kiln, title: 'Tea cups', limitPerShopper: 2, cap: 500 }) },
    { id: 'tote', ...offerBody({ ...kiln, title: 'Tote bag', price: 3_900, cap: 500 }) },
  ],
  budgets: [{ id: 'packets', amount: 100_000, policy: 'whole' }],
  promotions: [
    {
      id: 'lumen-ten',
      layer: 'store',
      stores: ['lumen'],
      effect: { kind: 'percent', bps: 1_000 },
      funder: 'store',
    },
    {
      id: 'kiln-twenty',
      layer: 'store_coupon',
      stores: ['kiln'],
      coupon: true,
      effect: { kind: 'fixed', off: 2_000, from: 20_000 },
      funder: 'store',
      claims: { quota: 100 },
    },
    {
      id: 'every-300',
      layer: 'cross_store',
      effect: { kind: 'every', every: 30_000, off: 5_000 },
      funder: 'platform',
    },
    {
      id: 'packet',
      layer: 'red_packet',
      effect: { kind: 'packet', amount: 500 },
      budget: 'packets',
      funder: 'platform',
      claims: { quota: 100 },
    },
    {
      id: 'tote-gift',
      layer: 'store',
      effect: { kind: 'gift', from: 50_000, offer: 'tote', quantity: 1 },
      funder: 'store',
    },
  ],
};

/** A sale of one offer of which there is little. */
export const scarce = (id: string, units: number, more: object = {}): SaleFile => ({
  sale: { id, ...saleBody({ name: `Scarce: ${id}`, ...more }) },
  offers: [
    { id: 'mug', ...offerBody({ title: 'Tea mug', lane: 'flash', listPrice: 1_990, cap: units }) },
  ],
});

/** A sale of many offers of the flash lane, in the order of their numbers. */
export const plenty = (id: string, offers: number): SaleFile => ({
  sale: { id, ...saleBody({ name: 'Many offers' }) },
  offers: Array.from({ length: offers }, (_, i) => ({
    id: `offer-${String(i).padStart(4, '0')}`,
    ...offerBody({ title: `Offer ${i}`, lane: 'flash', cap: 50 }),
  })),
});

/** The real service and a sandbox for payments, as processes of their own. */
export class ShopStage {
  readonly service: ServiceProcess;
  readonly sandbox: SandboxProcess;
  readonly admin: SaleAdmin;
  readonly #folder: string;
  #keys = 0;

  private constructor(service: ServiceProcess, sandbox: SandboxProcess, folder: string) {
    this.service = service;
    this.sandbox = sandbox;
    this.admin = new SaleAdmin(service.url, JWT_SECRET);
    this.#folder = folder;
  }

  static async open({ redisUrl, databaseUrl }: World): Promise<ShopStage> {
    const folder = mkdtempSync(join(tmpdir(), 'doorbuster-e2e-shop-'));
    const sandbox = await startSandboxProcess(join(folder, 'sandbox'));
    const settings = { redisUrl, databaseUrl, jwtSecret: JWT_SECRET, sandbox };
    const service = await startService('all', settings, join(folder, 'service.log'));
    await sandbox.tell(service.url);
    const stage = new ShopStage(service, sandbox, folder);
    await stage.admin.open(CARTS);
    return stage;
  }

  get origin(): string {
    return this.service.url;
  }

  token(claims: TokenClaims, ttlSeconds?: number): string {
    return signFor(JWT_SECRET, claims, ttlSeconds);
  }

  /** The fragment that signs a shopper in. */
  signedIn(sub: string, more: Partial<TokenClaims> = {}): string {
    return `#token=${this.token({ sub, role: 'shopper', ...more })}`;
  }

  /** A caller of the API. */
  as(claims: TokenClaims): Client {
    const token = this.token(claims);
    return connect({ url: this.origin, token: () => token });
  }

  get #operator(): Client {
    return this.as({ sub: 'olaf', role: 'operator' });
  }

  /** Places the order of another shopper. */
  async buy(sale: string, sub: string, offer: string, quantity: number): Promise<PlacedOrder> {
    const headers = { 'Idempotency-Key': `${sub}-${++this.#keys}` };
    const body = { lines: [{ offer, quantity }] };
    const client = this.as({ sub, role: 'shopper' });
    return answerOf(placeOrder({ client, path: { sale }, headers, body }));
  }

  /** Gives back what another shopper had ordered. */
  async giveBack(order: string, sub: string): Promise<void> {
    await answerOf(cancelOrder({ client: this.as({ sub, role: 'shopper' }), path: { order } }));
  }

  async ordersOf(sale: string, sub: string) {
    const client = this.as({ sub, role: 'shopper' });
    const { items } = await answerOf(listOrders({ client, path: { sale } }));
    return items;
  }

  async setPrice(sale: string, offer: string, price: number): Promise<void> {
    await answerOf(patchOffer({ client: this.#operator, path: { sale, offer }, body: { price } }));
  }

  /** Opens a sale earlier or later than its file says. */
  async openAt({ sale: { id, ...terms } }: SaleFile, opensAt: string): Promise<void> {
    const body = { ...terms, opensAt };
    await answerOf(putSale({ client: this.#operator, path: { sale: id }, body }));
  }

  async refund(order: string, line: number, quantity: number): Promise<void> {
    const headers = { 'Idempotency-Key': `refund-${++this.#keys}` };
    const body = { lines: [{ line, quantity }] };
    await answerOf(refundOrder({ client: this.#operator, path: { order }, headers, body }));
  }

  async close(): Promise<void> {
    await this.service.stop();
    await this.sandbox.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A service with the sale `carts` for all tests of the file. */
export const withShopStage = (take: (stage: ShopStage) => void): void =>
  withStage('file', ShopStage.open, take);
