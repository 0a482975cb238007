import { expect } from 'vitest';
import type { OrderView } from '../../../src/domain/order.ts';
import type { QuoteView } from '../../../src/domain/pricing/quote.ts';
import type { VectorInput } from '../../vectors/adapter.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import type { HttpShop } from './http-shop.ts';
import { offersOf } from './vector-stage.ts';
import { saleBody } from '../../../proof/builders/sale-files.ts';

async function putOffers(shop: HttpShop, input: VectorInput): Promise<void> {
  for (const offer of offersOf(input)) {
    const { id, store, title, priceMinor: price, listPriceMinor: listPrice, cap } = offer;
    const { lane, categories, excludes } = offer;
    const body = { store, title, price, listPrice, cap, lane, categories, excludes };
    await shop.set('PUT', `/offers/${id}`, body);
  }
}

async function putRules(shop: HttpShop, { budgets = {}, promotions }: VectorInput): Promise<void> {
  for (const [id, { left: amount, policy }] of Object.entries(budgets)) {
    await shop.set('PUT', `/budgets/${id}`, { amount, policy });
  }
  for (const { id, ...body } of promotions) await shop.set('PUT', `/promotions/${id}`, body);
}

/** The red packet of the example’s shopper, in minor units. */
const packetOf = ({ redPacket = 0, balances }: VectorInput): number =>
  redPacket === 'max' ? balances!.redPacket : redPacket;

/** A shopper’s wallet; the red packet in minor units. */
export interface WalletSeen {
  readonly points: number;
  readonly redPacket: number;
  readonly coupons: readonly { readonly promotion: string; readonly held: number }[];
}

/** The body that orders an example's cart. */
export const cartOf = ({ lines, coupons = [], redPacket = 0, points }: VectorInput) => ({
  lines: lines.map(({ offer, quantity = 1 }) => ({ offer, quantity })),
  ...{ coupons, redPacket, points: points?.points ?? 0 },
});

let sales = 0;

/** The example's cart and its shopper, in a sale of its own that an operator has set up. */
export class Example {
  readonly shop: HttpShop;
  readonly #authorization: string;

  private constructor(shop: HttpShop, { member }: VectorInput) {
    this.shop = shop;
    this.#authorization = bearer({ sub: 'u1', role: 'shopper', ...(member ? { member } : {}) });
  }

  static async open(
    server: HttpShop,
    input: VectorInput,
    held = input.coupons ?? [],
  ): Promise<Example> {
    const shop = server.at(`example-${++sales}`);
    const { layers, points: { points, rate } = { points: 0, rate: 1 } } = input;
    await shop.set('PUT', '', {
      ...saleBody({ name: 'An example', pointsRate: rate }),
      ...(layers ? { layers } : {}),
    });
    await putOffers(shop, input);
    await putRules(shop, input);
    for (const id of held) {
      await shop.set('POST', `/promotions/${id}/coupons`, { shoppers: ['u1'] }, id);
    }
    await shop.set('PUT', '/shoppers/u1/balances', { points, redPacket: packetOf(input) });
    await shop.set('POST', '/open');
    await server.shop.worker.directory.refresh();
    return new Example(shop, input);
  }

  async #ask(method: 'GET' | 'POST', path: string, body: object, prefer: string | null = null) {
    const headers = { authorization: this.#authorization, 'idempotency-key': 'k', prefer };
    const answer = await this.shop.send({ method, path, headers, body });
    return { status: answer.status, json: (await answer.json()) as unknown };
  }

  async quote(cart: object): Promise<QuoteView> {
    const { status, json } = await this.#ask('POST', `${this.shop.path}/quotes`, cart);
    expect({ status, json }).toMatchObject({ status: 200 });
    return json as QuoteView;
  }

  /** Orders a cart; the answer comes once it is settled or refused. */
  order(cart: object) {
    return this.#ask('POST', `${this.shop.path}/orders`, cart, 'wait=10');
  }

  async placed(cart: object): Promise<OrderView> {
    const { status, json } = await this.order(cart);
    expect({ status, json }).toMatchObject({ status: 201 });
    return json as OrderView;
  }

  async read(id: string): Promise<OrderView> {
    return (await this.#ask('GET', `/v1/orders/${id}`, {})).json as OrderView;
  }

  /** Starts a payment. @returns the URL where the shopper pays */
  async payAt(id: string): Promise<string> {
    const { status, json } = await this.#ask('POST', `/v1/orders/${id}/payments`, {});
    expect({ status, json }).toMatchObject({ status: 201 });
    return (json as { url: string }).url;
  }

  async wallet(): Promise<WalletSeen> {
    const { status, json } = await this.#ask('GET', `${this.shop.path}/wallet`, {});
    expect({ status, json }).toMatchObject({ status: 200 });
    return json as WalletSeen;
  }
}
