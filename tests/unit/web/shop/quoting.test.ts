import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { Quote, QuoteBody } from '../../../../client/index.ts';
import { startQuoting } from '../../../../web/shop/cart/quoting.ts';
import { FakeTime } from '../fake-time.ts';

const PAUSE_MS = 250;
const body = (quantity: number): QuoteBody => ({ lines: [{ offer: 'mug', quantity }] });
const quoteOf = (total: number): Quote => ({ total, coupons: [], near: [], unused: [] }) as never;

interface Asked {
  readonly body: QuoteBody;
  readonly signal: AbortSignal;
  readonly answer: (quote: Quote) => void;
  readonly fail: (error: unknown) => void;
}

function stage() {
  const time = new FakeTime(0);
  const asked: Asked[] = [];
  const quoting = startQuoting((own, signal) => {
    return new Promise((answer, fail) => asked.push({ body: own, signal, answer, fail }));
  }, time);
  return { time, asked, quoting };
}

const problem = (code: string, status: number) =>
  new ProblemError({ code, status, title: '', detail: '', message: 'No', instance: '' });

test('taps in quick succession are priced once, as the last one left the cart', async () => {
  const { time, asked, quoting } = stage();
  for (const quantity of [1, 2, 3]) quoting.ask(body(quantity));
  expect(quoting.now.value).toMatchObject({ isCurrent: false, quote: null });
  time.pass(PAUSE_MS);
  expect(asked.map((one) => one.body)).toEqual([body(3)]);
  const settled = quoting.settled();
  asked[0]!.answer(quoteOf(300));
  expect(await settled).toMatchObject({ isCurrent: true, quote: { total: 300 } });
  quoting.ask(body(3));
  expect(time.timers).toBe(0);
});

test('an answer for an older cart is thrown away, and the last price stays', async () => {
  const { time, asked, quoting } = stage();
  quoting.ask(body(1));
  time.pass(PAUSE_MS);
  asked[0]!.answer(quoteOf(100));
  await quoting.settled();
  quoting.ask(body(2));
  time.pass(PAUSE_MS);
  quoting.ask(body(3));
  expect(asked[1]!.signal.aborted).toBe(true);
  expect(quoting.now.value).toMatchObject({ isCurrent: false, quote: { total: 100 } });
  time.pass(PAUSE_MS);
  const settled = quoting.settled();
  asked[1]!.answer(quoteOf(200));
  asked[2]!.answer(quoteOf(300));
  expect(await settled).toMatchObject({ quote: { total: 300 } });
});

test('a refresh without an answer leaves the price, and a refusal takes it away', async () => {
  const { time, asked, quoting } = stage();
  quoting.ask(body(1));
  time.pass(PAUSE_MS);
  asked[0]!.answer(quoteOf(100));
  await quoting.settled();
  quoting.refresh();
  asked[1]!.fail(problem('busy', 503));
  await Promise.resolve();
  expect(quoting.now.value).toMatchObject({ isCurrent: true, quote: { total: 100 } });
  quoting.refresh();
  asked[2]!.fail(problem('coupon_unavailable', 409));
  await expect.poll(() => quoting.now.value.refusal?.code).toBe('coupon_unavailable');
  expect(quoting.now.value.isCurrent).toBe(false);
});

test('a cart that cannot be priced is settled, too, so that nobody waits for it', async () => {
  const { time, asked, quoting } = stage();
  quoting.ask(body(1));
  const settled = quoting.settled();
  time.pass(PAUSE_MS);
  asked[0]!.fail(new TypeError('no network'));
  expect(await settled).toMatchObject({ isCurrent: false, refusal: { code: 'offline' } });
  quoting.ask(null);
  expect(await quoting.settled()).toMatchObject({ isCurrent: true, quote: null, refusal: null });
});
