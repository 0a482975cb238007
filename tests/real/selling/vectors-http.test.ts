import { beforeAll, describe, expect, test } from 'vitest';
import type { QuoteView } from '../../../src/domain/pricing/quote.ts';
import { audit } from '../../../src/service/audit.ts';
import { readVectors, VECTOR_FILES } from '../../vectors/adapter.ts';
import type { VectorCase } from '../../vectors/adapter.ts';
import { HttpShop } from '../../world/stage/http-shop.ts';
import { Example, cartOf } from '../../world/stage/vector-example.ts';
import { answered, caseNamed, receiptOf, said } from '../../world/stage/vector-stage.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let server: HttpShop;

withStage('file', HttpShop.serve, (made) => (server = made));
beforeAll(async () => {
  server.shop.worker.settler.start();
});

/** The fields of a quote that only some examples state. */
const hints = ({ near, unused, pointsUsed }: VectorCase['expect']) => ({
  ...(near ? { near } : {}),
  ...(unused ? { unused } : {}),
  ...(pointsUsed === undefined ? {} : { points: pointsUsed }),
});

describe.each(VECTOR_FILES)('over HTTP, the examples of %s', (file) => {
  const { cases, bestDeal } = readVectors(file);

  test.concurrent.each(cases)('$name is quoted, sold and settled', async (one) => {
    const example = await Example.open(server, one.input);
    const cart = cartOf(one.input);
    const quote = await example.quote(cart);
    expect(answered(quote)).toEqual(said(one));
    expect(quote).toMatchObject(hints(one.expect));
    const order = await example.placed(cart);
    // An order with a total of 0 is paid as soon as it is settled.
    const state = one.expect.total === 0 ? 'paid' : 'reserved';
    expect(order).toMatchObject({ state, settled: true });
    expect(receiptOf(order)).toEqual(receiptOf(quote));
    expect(await example.read(order.id)).toMatchObject(order);
  });

  test.concurrent.each(bestDeal)('$name is quoted as the best deal and sold', async (one) => {
    const example = await Example.open(server, one.input, one.held);
    const { coupons: _, ...cart } = cartOf(one.input);
    const best = await example.quote({ ...cart, best: true });
    expect(best).toMatchObject({ ...one.expect, exhaustive: true });
    const { total: expectedTotal, coupons } = best;
    const order = await example.placed({ ...cart, coupons, expectedTotal });
    expect(receiptOf(order)).toEqual(receiptOf(best));
    expect(await example.read(order.id)).toMatchObject(receiptOf(best));
  });
});

test('W4 a cent below 621.88 is refused with a quote, and the same key buys it', async () => {
  const w4 = caseNamed('W4 ');
  const example = await Example.open(server, w4.input);
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

test('all of this broke no promise', async () => {
  const { worker } = server.shop;
  for (const { sale } of worker.directory.sales()) {
    expect((await audit(worker, sale.id))!.brokenPromises).toEqual([]);
  }
});
