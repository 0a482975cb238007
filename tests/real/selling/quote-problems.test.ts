import { expect, test, vi } from 'vitest';
import type { QuoteRequest } from '../../../src/domain/pricing/quote.ts';
import { isRefusal } from '../../../src/domain/refusals.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { setOffer, setSale, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { OPERATOR, offerId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { until } from '../../world/servers/wait-until.ts';
import { surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

const HOUR_MS = 3_600_000;
const soon = () => Date.now() + HOUR_MS;
const lines = cartLines(['a', 2]);
const cart = (fields = {}) => offer('a', { lane: 'cart', cap: 5, ...fields });

async function quoted(request: Partial<QuoteRequest> = {}) {
  const answer = await shop.quote({ lines, ...request });
  if (isRefusal(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

/** Expects that the quote names what refuses the same cart as an order. */
async function foretold(member: string | null = null) {
  const { problems } = await quoted({ member });
  const refusal = await shop.checkOut({ lines, member });
  if (!isRefusal(refusal)) throw new Error('the order was placed');
  expect(problems.map(({ code }) => code)).toContain(refusal.code);
  return problems;
}

test('a cart that nothing refuses has no problems', async () => {
  await shop.open([cart({ limitPerShopper: 2 })], { holdsPerShopper: 2, cooldownAfter: 1 });
  expect((await quoted()).problems).toEqual([]);
  surely(await shop.checkOut({ lines }));
});

test('too few units are foretold with the offer and what is left', async () => {
  await shop.open([cart()]);
  surely(await shop.checkOut({ lines: cartLines(['a', 4]) }));
  const isPolled = async () => (await quoted()).problems.length > 0;
  await until(isPolled, { describe: 'the stock is polled' });
  expect(await foretold()).toEqual([{ code: 'sold_out', offer: 'a', unitsLeft: 1 }]);
});

test('a limit is foretold with the offer, and a guest has none', async () => {
  await shop.open([cart({ limitPerShopper: 3 })]);
  surely(await shop.checkOut({ lines }));
  expect(await foretold()).toEqual([{ code: 'limit_reached', limit: 3, taken: 2, offer: 'a' }]);
  expect((await quoted({ shopper: null })).problems).toEqual([]);
});

test('too many unpaid orders are foretold', async () => {
  await shop.open([cart()], { holdsPerShopper: 1 });
  surely(await shop.checkOut({ lines: cartLines(['a', 1]) }));
  expect(await foretold()).toEqual([{ code: 'limit_reached', limit: 1, taken: 1, of: 'holds' }]);
});

test('a window, early access, a pause and the end are foretold', async () => {
  const opensAtMs = soon();
  const access = [{ members: ['gold'], fromMs: Date.now() - HOUR_MS }];
  await shop.open([cart({ opensAtMs, access })]);
  const opensAt = new Date(opensAtMs).toISOString();
  expect(await foretold()).toEqual([{ code: 'sale_not_open', opensAt, offer: 'a' }]);
  expect((await quoted({ member: 'gold' })).problems).toEqual([]);
  const change = (patch: object) => patchOffer(shop.api, shop.sale, offerId('a'), patch, OPERATOR);
  await change({ opensAtMs: null, access: [], isPaused: true });
  expect(await foretold()).toEqual([{ code: 'sale_paused', offer: 'a' }]);
  await change({ isPaused: false });
  await setSaleState(shop.api, shop.sale, 'pause', OPERATOR);
  expect(await foretold()).toEqual([{ code: 'sale_paused' }]);
  await setSaleState(shop.api, shop.sale, 'close', OPERATOR);
  expect(await foretold()).toEqual([{ code: 'sale_over' }]);
});

test('a guest gets the price without what only shoppers hold', async () => {
  await shop.open([cart({ priceMinor: 1_000, listPriceMinor: 1_000 })]);
  await shop.setRules([
    promotion('coupon', { isCoupon: true }),
    promotion('all', { effect: { kind: 'fixed', off: 100, from: 0 } }),
  ]);
  await shop.grant('coupon', ['u1']);
  const guest = await quoted({ shopper: null });
  expect(guest).toMatchObject({ total: 1_900, coupons: [], problems: [] });
  const coupons = ['coupon'];
  expect(await shop.quote({ lines, shopper: null, coupons })).toMatchObject({
    code: 'coupon_unavailable',
  });
});

test('a guest is foretold the stock of the cell that has most, and asks no cell', async () => {
  await shop.open([cart({ cap: 4 })], { cells: 2 });
  const ask = vi.spyOn(shop.api.wallets, 'ask');
  const three = cartLines(['a', 3]);
  const problemsOf = async () => (await quoted({ shopper: null, lines: three })).problems;
  const isPolled = async () => (await problemsOf()).length > 0;
  await until(isPolled, { describe: 'both cells are polled' });
  expect(await problemsOf()).toEqual([{ code: 'sold_out', offer: 'a', unitsLeft: 2 }]);
  expect(ask).not.toHaveBeenCalled();
  surely(await shop.checkOut({ lines }));
  const isEmpty = async () => (await quoted()).problems.length > 0;
  await until(isEmpty, { describe: 'the cell of the buyer is polled' });
  expect((await quoted({ shopper: null })).problems).toEqual([]);
});

test('a sale that has not opened yet is priced, with the whole budget', async () => {
  const openings = { opensAtMs: soon(), closesAtMs: soon() + HOUR_MS, visibleFromMs: 0 };
  await setSale(shop.api, shop.sale, saleTerms(openings), OPERATOR);
  await setOffer(shop.api, shop.sale, cart({ priceMinor: 1_000, listPriceMinor: 1_000 }), OPERATOR);
  const off = promotion('p', { effect: { kind: 'fixed', off: 150, from: 0 }, budget: 'b' });
  await shop.setRules([off], [budget('b', { amountMinor: 150 })]);
  const opensAt = new Date(openings.opensAtMs).toISOString();
  expect(await quoted()).toMatchObject({
    total: 1_850,
    problems: [{ code: 'sale_not_open', opensAt, offer: 'a' }],
  });
});
