import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { CARTS, scarce, withShopStage } from './shop-stage.ts';
import type { ShopStage } from './shop-stage.ts';
import { AWAY, REFUSED, ShopperVisit } from './shopper-visit.ts';

let browser: Browser;
let stage: ShopStage;
withBrowser((launched) => (browser = launched));
withShopStage((opened) => (stage = opened));

const HOUR_MS = 3_600_000;
const SOON_MS = 2_500;
const begin = (options = {}) => ShopperVisit.begin(browser, stage, options);

test('a device whose clock is wrong buys at the opening by the clock of the server', async () => {
  const later = new Date(Date.now() + HOUR_MS).toISOString();
  const sale = scarce('opening', 5, { opensAt: later });
  await stage.admin.open(sale);
  // A refusal would be a fault here: no tap may come too early.
  const shopper = await begin({});
  await shopper.page.addInitScript(() => {
    const own = Date.now.bind(Date);
    Date.now = () => own() + 2 * 3_600_000;
  });
  await shopper.enter('opening', 'early-bird');
  await shopper.add('Tea mug');
  const opens = shopper.cart.getByRole('button', { name: /^Opens .*\d\d:\d\d$/ });
  await opens.waitFor();
  expect(await opens.isDisabled()).toBe(true);
  await stage.openAt(sale, new Date(Date.now() + SOON_MS).toISOString());
  await shopper.ready('Buy now');
  await shopper.button('Buy now').click();
  await shopper.order();
  expect((await stage.ordersOf('opening', 'early-bird')).length).toBe(1);
});

test('a member comes earlier than all others, who see when', async () => {
  const opensAt = new Date(Date.now() + HOUR_MS).toISOString();
  const access = [{ members: ['gold'], from: '2025-01-01T00:00:00Z' }];
  await stage.admin.open(scarce('members', 5, { opensAt, access }));
  const other = await begin();
  await other.enter('members', 'plain');
  await other.page.getByText(/Early access for gold at .*2025.*\d\d:\d\d/).waitFor();
  await other.cart.getByRole('button', { name: /^Opens/ }).waitFor();
  const member = await begin();
  await member.visit.open(`/s/members${stage.signedIn('goldie', { member: 'gold' })}`);
  await member.add('Tea mug');
  await member.button('Buy now').click();
  await member.order();
});

test('a cart over stores shows every discount by name, and what would save more', async () => {
  const shopper = await begin({ width: 1_440 });
  await shopper.enter('carts', 'cara');
  await shopper.add('USB charger');
  await shopper.add('Rice bowls');
  const { cart } = shopper;
  await cart.getByText('lumen: 10% off').waitFor();
  await cart.getByText('Store offer').waitFor();
  await cart.getByText('¥32.00 more saves another ¥50.00').waitFor();
  await cart.getByText('¥252.10').waitFor();
  expect(await cart.getByText(/saves ¥55\.90/).count()).toBe(1);
  await shopper.add('Tea cups', 2);
  await shopper.add('Tote bag');
  await cart.getByText('¥50.00 off every ¥300.00').waitFor();
  await cart.getByText('Across stores').waitFor();
});

test('a coupon is grabbed, and the best ones are used without a tap', async () => {
  const shopper = await begin({ width: 1_440 });
  const { page, cart } = shopper;
  await shopper.enter('carts', 'carl');
  await page.getByRole('button', { name: '2 coupons to grab' }).click();
  const dialog = page.getByRole('dialog', { name: 'Coupons and discounts' });
  await dialog.getByRole('button', { name: /^Grab it: kiln/ }).click();
  await dialog.getByText('You have it').waitFor();
  await dialog.getByRole('button', { name: /^Grab it: a red packet/ }).click();
  await dialog.getByText('¥5.00 went into your red packet').waitFor();
  expect(await shopper.visit.barriers()).toEqual([]);
  await page.keyboard.press('Escape');
  // Nothing is left to grab.
  await page.getByRole('button', { name: 'Discounts', exact: true }).waitFor();
  await shopper.add('Rice bowls', 2);
  await cart.getByText('Store coupon').waitFor();
  await cart.getByText('The best coupons are used.').waitFor();
  await cart.getByText('¥198.00', { exact: true }).waitFor();
  await cart.getByLabel('Red packet, ¥5.00').check();
  await cart.getByText('¥193.00', { exact: true }).waitFor();
  const coupon = cart.getByLabel(/kiln: ¥20\.00 off/);
  await coupon.uncheck();
  await cart.getByText('¥213.00', { exact: true }).waitFor();
  await cart.getByRole('button', { name: 'Use the best' }).click();
  await cart.getByText('¥193.00', { exact: true }).waitFor();
  await cart.getByRole('button', { name: 'One less of Rice bowls' }).click();
  await cart.getByText('¥104.00', { exact: true }).waitFor();
  await coupon.check();
  await cart.getByText('Your cart is too small for it.').waitFor();
  await shopper.button('Buy now').click();
  await shopper.order();
  await page.getByText('¥104.00').first().waitFor();
});

test('coupons that cannot be priced are left out only after a yes', async () => {
  const shopper = await begin({ width: 1_440, allows: AWAY });
  const { page, cart } = shopper;
  await shopper.enter('carts', 'quin');
  await page.getByRole('button', { name: '2 coupons to grab' }).click();
  const coupons = page.getByRole('dialog', { name: 'Coupons and discounts' });
  await coupons.getByRole('button', { name: /^Grab it: kiln/ }).click();
  await coupons.getByText('You have it').waitFor();
  await page.keyboard.press('Escape');
  await cart.getByText('Your coupons').waitFor();
  await page.route('**/v1/sales/carts/quotes', (route) => route.abort());
  await shopper.add('Rice bowls', 2);
  await cart.getByText('Before discounts, which we could not add up.').waitFor();
  await shopper.button('Buy now').click();
  const dialog = page.getByRole('dialog', { name: 'Buy without your coupons?' });
  await dialog.getByRole('button', { name: 'Not now' }).click();
  expect((await stage.ordersOf('carts', 'quin')).length).toBe(0);
  await shopper.button('Buy now').click();
  await dialog.getByRole('button', { name: 'Buy for ¥218.00' }).click();
  await shopper.order();
  expect((await stage.ordersOf('carts', 'quin')).map(({ total }) => total)).toEqual([21_800]);
});

test('a changed price is shown beside the old one, and asked about once', async () => {
  const sale = scarce('price', 5);
  await stage.admin.open(sale);
  const shopper = await begin({ allows: REFUSED });
  const { page } = shopper;
  await shopper.enter('price', 'petra');
  await shopper.add('Tea mug');
  await stage.setPrice('price', 'mug', 1_290);
  await shopper.button('Buy now').click();
  const dialog = page.getByRole('dialog', { name: 'The price changed' });
  await dialog.getByText('¥9.90').waitFor();
  await dialog.getByText('¥12.90', { exact: true }).waitFor();
  expect(await shopper.visit.barriers()).toEqual([]);
  await dialog.getByRole('button', { name: 'Buy for ¥12.90' }).click();
  await shopper.order();
  expect((await stage.ordersOf('price', 'petra')).map(({ total }) => total)).toEqual([1_290]);
});

test('who loses to sold out is told of a freed unit, and buys it by one more tap', async () => {
  await stage.admin.open(scarce('last', 1));
  const shopper = await begin({ allows: REFUSED });
  const { page, cart } = shopper;
  await shopper.enter('last', 'lotte');
  await shopper.add('Tea mug');
  await shopper.ready('Buy now');
  // The other order arrives first, although this one is on its way.
  let id = '';
  const answers: number[] = [];
  await page.route('**/v1/sales/last/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    if (id === '') ({ id } = await stage.buy('last', 'faster', 'mug', 1));
    const response = await route.fetch();
    answers.push(response.status());
    return route.fulfill({ response });
  });
  await shopper.button('Buy now').click();
  await shopper.button('Sold out, tell me').click();
  await shopper.button('Stop waiting').waitFor();
  expect(answers).toEqual([409]);
  await cart.getByText('unpaid orders come back on sale').waitFor();
  expect(await shopper.visit.barriers()).toEqual([]);
  await stage.giveBack(id, 'faster');
  await page.getByRole('status').filter({ hasText: 'Tea mug is back. Buy it now.' }).waitFor();
  await shopper.ready('Buy now');
  await shopper.button('Buy now').click();
  await shopper.order();
  expect((await stage.ordersOf('last', 'lotte')).length).toBe(1);
});

test('a refusal for a part offers what is left, and a limit what it allows', async () => {
  await stage.admin.open(scarce('few', 3));
  const shopper = await begin({ allows: REFUSED });
  const { cart } = shopper;
  await shopper.enter('few', 'fay');
  await shopper.add('Tea mug', 3);
  await stage.buy('few', 'faster', 'mug', 1);
  await shopper.button('Buy now').click();
  const alert = cart.getByRole('alert').getByText('Tea mug: Only 2 left.');
  await alert.waitFor();
  // It was about another cart, so any stepper takes it away.
  await shopper.page.getByRole('article').getByRole('button', { name: 'One less' }).click();
  await alert.waitFor({ state: 'detached' });
  await shopper.page.getByRole('article').getByRole('button', { name: 'One more' }).click();
  await shopper.button('Buy now').click();
  await alert.waitFor();
  await cart.getByRole('button', { name: 'Take those 2' }).click();
  await shopper.button('Buy now').click();
  await shopper.order();
  const limited = await begin({ allows: REFUSED });
  await stage.buy('carts', 'lim', 'two', 1);
  await limited.enter('carts', 'lim');
  await limited.add('Tea cups', 2);
  await limited.cart.getByRole('alert').getByText('You can have at most 2').waitFor();
  await limited.cart.getByRole('button', { name: 'Take one' }).click();
  await limited.button('Buy now').click();
  await limited.order();
});

test('many taps on the button are one order', async () => {
  await stage.admin.open(scarce('taps', 50));
  const shopper = await begin();
  await shopper.enter('taps', 'tom');
  await shopper.add('Tea mug');
  await shopper.ready('Buy now');
  await shopper.cart.locator('.button-main').evaluate((button) => {
    for (let i = 0; i < 20; i++) button.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  });
  await shopper.order();
  expect((await stage.ordersOf('taps', 'tom')).length).toBe(1);
});

test('a guest fills a cart, sees its price, and buys it after the sign-in', async () => {
  const shopper = await begin({ width: 1_440 });
  const { page, cart } = shopper;
  await shopper.enter('carts', null);
  await shopper.add('USB charger');
  await cart.getByText('lumen: 10% off').waitFor();
  await cart.getByText('Sign in to use coupons').waitFor();
  await cart.getByRole('link', { name: 'Sign in to buy' }).click();
  await page.waitForURL('**/sign-in?then=*');
  const then = new URL(page.url()).searchParams.get('then');
  expect(then).toBe(`/s/${CARTS.sale.id}`);
  // The platform leads back with the token in the fragment.
  await shopper.visit.open(`${then}${stage.signedIn('gus')}`);
  await cart.getByText('lumen: 10% off').waitFor();
  await shopper.button('Buy now').click();
  await shopper.order();
  expect((await stage.ordersOf('carts', 'gus')).map(({ total }) => total)).toEqual([14_310]);
});
