import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderView } from '../../src/domain/order.ts';
import type { QuoteView } from '../../src/domain/quote.ts';
import { audit } from '../../src/service/audit.ts';
import { readVectors, VECTOR_FILES } from '../vectors/adapter.ts';
import type { VectorCase, VectorInput } from '../vectors/adapter.ts';
import { HttpShop, bearer } from '../world/http-shop.ts';
import { answered, caseNamed, offersOf, receiptOf, said } from '../world/vector-stage.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

let world: World;
let server: HttpShop;

beforeAll(async () => {
  world = await createWorld();
  server = await HttpShop.serve(world);
  server.shop.worker.settler.start();
});
afterAll(async () => {
  await server?.close();
  await world?.dispose();
});

const terms = {
  name: 'An example',
  currency: 'CNY',
  opensAt: '2025-01-01T00:00:00Z',
  closesAt: '2099-01-01T00:00:00Z',
  payWithinSeconds: 900,
};

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

/** The red packet a shopper of the example has, in minor units. */
const packetOf = ({ redPacket = 0, balances }: VectorInput): number =>
  redPacket === 'max' ? balances!.redPacket : redPacket;

let sales = 0;

/** The example's cart and its shopper, in a sale of its own that an operator has set up. */
class Example {
  readonly shop: HttpShop;
  readonly #authorization: string;

  private constructor(shop: HttpShop, { member }: VectorInput) {
    this.shop = shop;
    this.#authorization = bearer({ sub: 'u1', role: 'shopper', ...(member ? { member } : {}) });
  }

  static async open(input: VectorInput, held = input.coupons ?? []): Promise<Example> {
    const shop = server.at(`example-${++sales}`);
    const { layers, points: { points, rate } = { points: 0, rate: 1 } } = input;
    await shop.set('PUT', '', { ...terms, ...(layers ? { layers } : {}), pointsRate: rate });
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

  /** Answered once it is settled, or refused. */
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
}

/** The body that orders an example's cart. */
const cartOf = ({ lines, coupons = [], redPacket = 0, points }: VectorInput) => ({
  lines: lines.map(({ offer, quantity = 1 }) => ({ offer, quantity })),
  ...{ coupons, redPacket, points: points?.points ?? 0 },
});

/** What only some examples say of a quote. */
const hints = ({ near, unused, pointsUsed }: VectorCase['expect']) => ({
  ...(near ? { near } : {}),
  ...(unused ? { unused } : {}),
  ...(pointsUsed === undefined ? {} : { points: pointsUsed }),
});

describe.each(VECTOR_FILES)('over HTTP, of %s', (file) => {
  const { cases, bestDeal } = readVectors(file);

  test.concurrent.each(cases)('$name: quoted, sold and settled', async (one) => {
    const example = await Example.open(one.input);
    const cart = cartOf(one.input);
    const quote = await example.quote(cart);
    expect(answered(quote)).toEqual(said(one));
    expect(quote).toMatchObject(hints(one.expect));
    const order = await example.placed(cart);
    expect(order).toMatchObject({ state: 'reserved', settled: false });
    expect(receiptOf(order)).toEqual(receiptOf(quote));
    const settled = await example.read(order.id);
    // An order of nothing to pay is paid as soon as it is settled.
    const state = one.expect.total === 0 ? settled.state : 'reserved';
    expect(settled).toEqual({ ...order, state, settled: true });
  });

  test.concurrent.each(bestDeal)('$name: the best deal is quoted, and sold', async (one) => {
    const example = await Example.open(one.input, one.held);
    const { coupons: _, ...cart } = cartOf(one.input);
    const best = await example.quote({ ...cart, best: true });
    expect(best).toMatchObject({ ...one.expect, exhaustive: true });
    const { total: expectedTotal, coupons } = best;
    const order = await example.placed({ ...cart, coupons, expectedTotal });
    expect(receiptOf(order)).toEqual(receiptOf(best));
    expect(receiptOf(await example.read(order.id))).toEqual(receiptOf(best));
  });
});

test('W4 costs 621.88: a cent less is refused with a quote, the same key buys it', async () => {
  const w4 = caseNamed('W4 ');
  const example = await Example.open(w4.input);
  const cart = { ...cartOf(w4.input), best: false, expectedTotal: 62_187 };
  const quote = await example.quote(cart);
  expect(quote.total).toBe(62_188);
  const { best: _, ...wrong } = cart;
  const refused = await example.order(wrong);
  expect(refused).toMatchObject({ status: 409, json: { code: 'price_changed', total: 62_188 } });
  const { json } = refused as { json: { quote: QuoteView } };
  expect(json.quote).toEqual(quote);
  const order = await example.placed({ ...wrong, expectedTotal: 62_188 });
  expect(answered(order)).toEqual({ ...said(w4), total: 62_188 });
  expect(answered(await example.read(order.id))).toEqual(said(w4));
});

test('and all of it broke no promise', async () => {
  const { worker } = server.shop;
  for (const { sale } of worker.directory.sales()) {
    expect((await audit(worker, sale.id))!.brokenPromises).toEqual([]);
  }
});
