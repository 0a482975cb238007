import { describe, expect, test } from 'vitest';
import { POINTS, RED_PACKET } from '../../../src/domain/promotion.ts';
import type { RefundLine, RefundView } from '../../../src/domain/refunds/refund.ts';
import { audit } from '../../../src/service/audit.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { everyRefund, readVectors } from '../../vectors/adapter.ts';
import type { VectorCase, VectorInput, VectorLineRefund } from '../../vectors/adapter.ts';
import { PayHttp } from '../../world/stage/pay-http.ts';
import type { PaidExample } from '../../world/stage/pay-http.ts';
import { until } from '../../world/servers/wait-until.ts';
import type { WalletSeen } from '../../world/stage/vector-example.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let shop: PayHttp;

withStage('file', PayHttp.serve, (made) => (shop = made));

/** The amounts that the sandbox must have in the end, in minor units. */
const booked = { captured: 0, refunded: 0 };
/** The number of orders, paid or free. */
let sold = 0;

function book(captured: number, refunded: number): void {
  sold++;
  booked.captured += captured;
  booked.refunded += refunded;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

/** A wallet after a refund returned these to it. */
const filled = ({ points, redPacket, coupons }: WalletSeen, back: Partial<WalletSeen>) => ({
  points: points + (back.points ?? 0),
  redPacket: redPacket + (back.redPacket ?? 0),
  coupons: [...coupons, ...(back.coupons ?? [])],
});

/** Expects a used key to return the same bytes and change nothing for the shopper. */
async function replays(paid: PaidExample, lines: readonly RefundLine[], key: string, text: string) {
  const before = [await paid.read(), await paid.example.wallet()];
  const again = await paid.refund(lines, key);
  expect([again.text, again.replayed]).toEqual([text, 'true']);
  expect([await paid.read(), await paid.example.wallet()]).toEqual(before);
}

const { cases } = readVectors('stacking.json');
const refunds = everyRefund();
const ofOrders = refunds.filter((one) => 'of' in one);
const ofLines = refunds.filter((one) => 'refundsOneByOne' in one);

test('every published refund has one of the shapes that these tests read', () => {
  expect(ofOrders.length + ofLines.length).toBe(refunds.length);
  for (const one of ofOrders) {
    expect(Object.keys(one)).toEqual(['name', 'of', 'lines', 'expect']);
    expect(Object.keys(one.expect)).toEqual(['cash', 'red_packet', 'keptNets']);
    expect(cases.map(({ name }) => name)).toContain(one.of);
  }
  for (const one of ofLines) {
    expect(Object.keys(one)).toEqual(['name', 'net', 'quantity', 'refundsOneByOne']);
  }
});

describe('a published refund of an order paid at the sandbox', () => {
  test.concurrent.each(ofOrders)('$name', async ({ of, lines, expect: said }) => {
    const { cash, red_packet: redPacket, keptNets } = said;
    const one = cases.find(({ name }) => name === of)!;
    const paid = await shop.sell(one.input);
    const wallet = await paid.example.wallet();
    const { text, view, replayed } = await paid.refund(lines, 'k');
    expect({ ...view, replayed }).toMatchObject({ order: paid.id, cash, redPacket, points: 0 });
    expect(replayed).toBeNull();
    const order = await paid.read();
    expect(order).toMatchObject({ state: view.state, total: one.expect.total, refunded: cash });
    const kept = order.lines.filter((line) => line.refunded === undefined);
    expect(kept.map(({ net }) => net)).toEqual(keptNets);
    expect(await paid.example.wallet()).toEqual(filled(wallet, { redPacket }));
    await replays(paid, lines, 'k', text);
    expect(await paid.kept(cash)).toBe(one.expect.total - cash);
    book(one.expect.total, cash);
  });

  /** A cart of one line with this net. */
  function lineOf({ net, quantity }: VectorLineRefund): VectorInput {
    const price = Math.ceil(net / quantity);
    const effect = { kind: 'fixed' as const, off: price * quantity - net };
    const off = { id: 'off', layer: 'store', effect, funder: 'store' as const };
    return {
      promotions: effect.off > 0 ? [off] : [],
      lines: [{ offer: 'a', store: 's1', price, quantity }],
    };
  }

  test.concurrent.each(ofLines)('$name', async (one) => {
    const { net, quantity, refundsOneByOne } = one;
    const paid = await shop.sell(lineOf(one));
    const wallet = await paid.example.wallet();
    expect((await paid.read()).lines).toMatchObject([{ quantity, net }]);
    const unit = [{ line: 0, quantity: 1 }];
    const made = [];
    for (const i of refundsOneByOne.keys()) made.push(await paid.refund(unit, `k${i}`));
    expect(made.map(({ view }) => view.cash)).toEqual(refundsOneByOne);
    expect(made.every(({ replayed }) => replayed === null)).toBe(true);
    const refunded = sum(refundsOneByOne);
    const state = made.length === quantity ? 'refunded' : 'partly_refunded';
    expect(await paid.read()).toMatchObject({ state, total: net, refunded });
    expect(await paid.example.wallet()).toEqual(wallet);
    for (const [i, { text }] of made.entries()) await replays(paid, unit, `k${i}`, text);
    expect(await paid.kept(refunded)).toBe(net - refunded);
    book(net, refunded);
  });
});

/** Everything that a refund of a whole example returns. */
function paidIn({ input, expect: { total, applied } }: VectorCase) {
  const taken = (layer: string) =>
    sum(applied.filter((one) => one.layer === layer).map(({ discount }) => discount));
  const coupons = applied.filter(({ promotion, layer }) => {
    const isTender = layer === POINTS || layer === RED_PACKET;
    return !isTender && input.coupons?.includes(promotion);
  });
  return {
    ...{ cash: total, redPacket: taken(RED_PACKET) },
    points: Math.floor(taken(POINTS) / (input.points?.rate ?? 1)),
    coupons: coupons.map(({ promotion }) => promotion),
  };
}

/** The units of an example’s lines, each for a refund of its own, in random order. */
function unitsOf({ lines }: VectorInput, dice: Dice) {
  const units = lines.flatMap(({ quantity = 1 }, line) =>
    Array.from({ length: quantity }, () => ({ line, quantity: 1 })),
  );
  return dice.some(units, units.length);
}

/** The cash of each line over some refunds, in minor units. */
const cashByLine = (made: readonly RefundView[], { lines }: VectorInput): number[] =>
  lines.map((_, i) =>
    sum(made.flatMap((view) => view.lines.filter(({ line }) => line === i)).map((l) => l.cash)),
  );

const byPromotion = (one: { promotion: string }, other: { promotion: string }) =>
  one.promotion < other.promotion ? -1 : 1;

describe('an example refunded unit by unit returns what was paid', () => {
  test.concurrent.each(cases.map((one, seed) => ({ ...one, seed })))('$name', async (one) => {
    const { input, seed } = one;
    const back = paidIn(one);
    const paid = await shop.sell(input);
    const wallet = await paid.example.wallet();
    const made: RefundView[] = [];
    for (const unit of unitsOf(input, new Dice(seed))) {
      made.push((await paid.refund([unit], `k${made.length}`)).view);
    }
    expect({
      cash: sum(made.map(({ cash }) => cash)),
      redPacket: sum(made.map(({ redPacket }) => redPacket)),
      points: sum(made.map(({ points }) => points)),
      coupons: made.flatMap(({ coupons }) => coupons),
    }).toEqual(back);
    expect(cashByLine(made, input)).toEqual(one.expect.nets);
    expect((await paid.read()).state).toBe('refunded');
    const coupons = back.coupons.map((promotion) => ({ promotion, held: 1 }));
    const after = filled(wallet, { ...back, coupons });
    after.coupons.sort(byPromotion);
    const seen = await paid.example.wallet();
    expect({ ...seen, coupons: seen.coupons.toSorted(byPromotion) }).toEqual(after);
    expect(await paid.kept(back.cash)).toBe(0);
    book(back.cash, back.cash);
  });
});

test('the sandbox has captured and refunded exactly these amounts, no promise broken', async () => {
  const { sandbox, server } = shop;
  const { worker } = server.shop;
  const due = "select 1 from provider_calls where state = 'due'";
  const isIdle = async () => (await worker.pool.query(due)).rowCount === 0;
  await until(isIdle, { describe: 'the sandbox has been asked all' });
  await until(() => sandbox.books().waiting === 0, { describe: 'all events have arrived' });
  expect(sandbox.books()).toMatchObject({ ...booked, lost: 0 });
  expect(worker.directory.sales()).toHaveLength(sold);
  for (const { sale } of worker.directory.sales()) {
    expect((await audit(worker, sale.id))!.brokenPromises).toEqual([]);
  }
});
