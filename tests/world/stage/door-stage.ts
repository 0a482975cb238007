import type { OrderId, SaleId, StoreId } from '../../../src/domain/ids.ts';
import type { App } from '../../../src/http/deps.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import { setOffer, setSale } from '../../../src/service/terms/change-sale.ts';
import { listen } from './webhooks.ts';
import { OPERATOR, storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { newWebhookSecret } from '../../../proof/builders/secrets.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import type { WebhookName } from '../../../src/ledger/webhooks/endpoints.ts';
import { testWebhook } from '../../../src/service/webhooks/test-webhook.ts';
import type { World } from '../servers/world.ts';
import { apiOf } from './http.ts';
import { surely } from './life.ts';
import { Shop, wireOptions } from './shop.ts';
import { TURNS_NOBODY_AWAY } from '../../../proof/fleet/turns-nobody-away.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';

const SECRET = newWebhookSecret();
const STORES = [
  { store: storeId('store-1'), ends: '' },
  { store: storeId('store-2'), ends: ' by another' },
] as const;

/** The offers of the sale that all see: one at a price and a free one of each store. */
const OFFERS = [
  offer('mug', { store: STORES[0].store, lane: 'cart' }),
  offer('card', { store: STORES[0].store, priceMinor: 0, lane: 'cart' }),
  offer('cup', { store: STORES[1].store, lane: 'cart' }),
  offer('note', { store: STORES[1].store, priceMinor: 0, lane: 'cart' }),
];

/** A store's own coupon, paid by the store's budget of the same id. */
const couponOf = (id: string, store: StoreId): Promotion => {
  const own = { layer: 'store_coupon', stores: [store], funder: 'store', budget: id } as const;
  return promotion(id, { ...own, isCoupon: true });
};

/**
 * The interface over four sales. Everyone sees `shared`, where store-1 and the shopper u1 have
 * things, and store-2 and u2 others. Only store-2 sees the draft `hidden`. `moved` is a draft too.
 */
export class DoorStage {
  readonly app: App;
  readonly #shop: Shop;
  readonly #sandbox: SandboxServer;
  /** Orders by what they are for, such as `paid by another`. */
  readonly #orders = new Map<string, OrderId>();

  /** One delivery of each endpoint, by its name. */
  readonly #deliveries = new Map<string, string>();

  private constructor(app: App, shop: Shop, sandbox: SandboxServer) {
    this.app = app;
    this.#shop = shop;
    this.#sandbox = sandbox;
  }

  static async open(world: World): Promise<DoorStage> {
    const eventsUrl = 'http://127.0.0.1:1/';
    const sandbox = await startSandbox({ time: systemTime, eventsUrl, secret: SECRET });
    const provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [SECRET] });
    const wire = wireOptions(world, { provider });
    const shop = new Shop(await wireApi(wire), await wireWorker(wire), 'shared' as SaleId);
    const { app } = await apiOf(shop, {
      environment: { ...TURNS_NOBODY_AWAY, WEBHOOK_ALLOW_PRIVATE: 'true' },
    });
    const stage = new DoorStage(app, shop, sandbox);
    await stage.#setSales();
    await stage.#setWebhooks();
    for (const { ends } of STORES) await stage.#order(ends);
    for (const seq of [1, 2]) await stage.#addLetter(seq);
    await shop.settleAll();
    // They make the reports.
    shop.worker.chores.start();
    return stage;
  }

  async #setSales(): Promise<void> {
    const shop = this.#shop;
    await shop.open(OFFERS);
    await shop.setRules(
      [
        couponOf('mine', STORES[0].store),
        couponOf('theirs', STORES[1].store),
        promotion('grab', { isCoupon: true, claims: { quota: 9, limitPerShopper: 9 } }),
      ],
      [budget('mine', { store: STORES[0].store }), budget('theirs', { store: STORES[1].store })],
    );
    for (const id of ['hidden', 'moved'] as SaleId[]) {
      await setSale(shop.api, id, saleTerms(), OPERATOR);
      await setOffer(shop.api, id, OFFERS[2]!, OPERATOR);
    }
  }

  async #setWebhooks(): Promise<void> {
    const endpoints = [
      [null, 'mine', 'unwanted'],
      ['store-1', 'mine', 'unwanted'],
      ['store-2', 'theirs', 'unwanted-too'],
    ] as const;
    const { pool } = this.#shop.api;
    for (const [by, ...ids] of endpoints) {
      for (const id of ids) {
        for (const scope of [this.#shop.sale, null]) {
          await listen(pool, scope, 'http://127.0.0.1:1/', { id, store: by, by });
          await this.#send({ sale: scope, id, store: by });
        }
      }
    }
  }

  /** Three orders of a shopper: one to pay, one to cancel, and one that is free and so paid. */
  async #order(ends: string): Promise<void> {
    const [shopper, cheap, free] = ends === '' ? ['u1', 'mug', 'card'] : ['u2', 'cup', 'note'];
    for (const word of ['unpaid', 'unwanted', 'paid']) {
      const asked = { shopper: shopper!, offer: word === 'paid' ? free! : cheap!, quantity: 9 };
      const { order } = surely(await this.#shop.buy(asked));
      this.#orders.set(`${word}${ends}`, order.id);
    }
  }

  /** A dead letter that was released long ago. */
  async #addLetter(seq: number): Promise<void> {
    await this.#shop.api.pool.query(
      `insert into dead_letters (sale, cell, epoch, seq, tag, position, bytes, reason, state,
         resolved_at)
       values ('shared', 0, 1, $1, 'tag', -1, '', 'unreadable', 'released', now())`,
      [seq],
    );
  }

  /** Sends a test event, which arrives nowhere. */
  async #send(name: WebhookName): Promise<void> {
    const { pool, time } = this.#shop.api;
    const sent = await testWebhook({ pool, time, allowPrivate: true }, name);
    if ('code' in sent) throw new Error(JSON.stringify(sent));
    this.#deliveries.set(JSON.stringify([name.sale, name.store, name.id]), sent.id);
  }

  /** The id of the delivery of an endpoint; one that does not exist for any other name. */
  deliveryId(scope: string | null, owner: string | null, webhook: string): string {
    return this.#deliveries.get(JSON.stringify([scope, owner, webhook])) ?? 'delivery_0';
  }

  /** The id of an order by what it is for; one that does not exist for any other word. */
  orderId(word: string): string {
    return this.#orders.get(word) ?? `shared_0_${'A'.repeat(22)}`;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.#shop.close();
    await this.#sandbox.close();
  }
}
