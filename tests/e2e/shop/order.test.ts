import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { until } from '../../world/servers/wait-until.ts';
import { payAtSandbox } from './pay-at-sandbox.ts';
import { scarce, withShopStage } from './shop-stage.ts';
import type { ShopStage } from './shop-stage.ts';
import { REFUSED, ShopperVisit } from './shopper-visit.ts';

let browser: Browser;
let stage: ShopStage;
withBrowser((launched) => (browser = launched));
withShopStage((opened) => (stage = opened));

/** The page of the provider is another origin, to which the shop leads on purpose. */
const allows = new RegExp(
  `${REFUSED.source}|^request: http://127\\.0\\.0\\.1:\\d+/(pay|payments|assets)/`,
);
const begin = (options = {}) => ShopperVisit.begin(browser, stage, { allows, ...options });

/** A shopper on the page of a new order of Tea cups and a USB charger. */
async function orderOf(sub: string, options = {}): Promise<{ shopper: ShopperVisit; id: string }> {
  const shopper = await begin(options);
  await shopper.enter('carts', sub);
  await shopper.add('Tea cups', 2);
  await shopper.add('USB charger');
  await shopper.button('Buy now').click();
  return { shopper, id: await shopper.order() };
}

test('an order is paid at the provider, and the way back shows it paid', async () => {
  const { shopper, id } = await orderOf('paula');
  const { page, visit } = shopper;
  await page.getByText('Pay within').waitFor();
  await page.getByRole('timer').filter({ hasText: 'minutes left' }).waitFor({ state: 'attached' });
  await page.getByText('lumen: 10% off').waitFor();
  expect(await visit.barriers()).toEqual([]);
  expect(await visit.overflow()).toBe(0);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await payAtSandbox(page, 'authorize');
  await page.getByText('The store takes it from here').waitFor();
  expect(new URL(page.url()).pathname).toBe(`/s/carts/orders/${id}`);
  const steps = page.getByRole('list', { name: 'What happened' });
  await steps.getByText('Placed').waitFor();
  await steps.getByText('Paid', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Pay now' }).count()).toBe(0);
  expect(await visit.barriers()).toEqual([]);
});

test('a declined payment takes nothing, and another one may follow', async () => {
  const { shopper } = await orderOf('dora');
  const { page } = shopper;
  await page.getByRole('button', { name: 'Pay now' }).click();
  await payAtSandbox(page, 'decline');
  await page.getByRole('alert').getByText('declined, and nothing was taken').waitFor();
  await page.getByRole('button', { name: 'Pay again' }).click();
  await payAtSandbox(page, 'authorize');
  await page.getByText('The store takes it from here').waitFor();
});

test('a refund of a part shows when and how much', async () => {
  const { shopper, id } = await orderOf('rose');
  const { page } = shopper;
  await page.getByRole('button', { name: 'Pay now' }).click();
  await payAtSandbox(page, 'authorize');
  await page.getByText('The store takes it from here').waitFor();
  await stage.refund(id, 0, 1);
  await page.reload();
  await page.getByText('¥9.90 goes back to you').waitFor();
  await page.getByText('Refunded in part').waitFor();
});

test('an unpaid order is cancelled after a question, and its units are back on sale', async () => {
  await stage.admin.open(scarce('cancel', 1));
  const shopper = await begin();
  const { page } = shopper;
  await shopper.enter('cancel', 'cleo');
  await shopper.add('Tea mug');
  await shopper.button('Buy now').click();
  await shopper.order();
  await page.getByRole('button', { name: 'Cancel the order' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this order?' });
  expect(await shopper.visit.barriers()).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Cancel the order' }).click();
  await dialog.getByRole('button', { name: 'Yes, cancel it' }).click();
  await page.getByText('It is cancelled, and nothing was taken.').waitFor();
  // A freed unit is on sale again in a moment, and until then others are refused.
  const describe = 'the unit is on sale again';
  await until(() => stage.buy('cancel', 'next', 'mug', 1), { describe });
});

test('the orders of a sale are listed, newest first, each with its state', async () => {
  const first = await stage.buy('carts', 'hana', 'mug', 1);
  await stage.giveBack(first.id, 'hana');
  await stage.buy('carts', 'hana', 'bowls', 2);
  const shopper = await begin();
  const { page, visit } = shopper;
  await visit.open(`/s/carts/orders${stage.signedIn('hana')}`);
  const links = page.locator('.orders a');
  await links.first().waitFor();
  expect(await links.allInnerTexts()).toEqual(['Rice bowls', 'Tea mug']);
  await page.getByText('Reserved').waitFor();
  await page.getByText('Cancelled').waitFor();
  expect(await visit.barriers()).toEqual([]);
  expect(await visit.overflow()).toBe(0);
  await links.nth(1).click();
  await page.getByText('It is cancelled, and nothing was taken.').waitFor();
});

test('orders are only for those who placed them', async () => {
  const { id } = await stage.buy('carts', 'owner', 'mug', 1);
  const guest = await begin();
  await guest.visit.open('/s/carts/orders');
  await guest.page.getByRole('link', { name: 'Sign in' }).waitFor();
  const other = await begin();
  await other.visit.open(`/s/carts/orders/${id}${stage.signedIn('nosy')}`);
  await other.page.getByRole('alert').getByText('There is nothing here').waitFor();
  const empty = await begin();
  await empty.visit.open(`/s/carts/orders${stage.signedIn('newcomer')}`);
  await empty.page.getByRole('heading', { name: 'No orders yet' }).waitFor();
  expect(await empty.visit.barriers()).toEqual([]);
});

test('an order page without a network keeps what it shows', async () => {
  const { shopper } = await orderOf('nina', { allows: /net::ERR_/ });
  const { page, visit } = shopper;
  await page.getByText('Pay within').waitFor();
  await visit.setOffline(true);
  await page.getByRole('status').filter({ hasText: 'You are offline' }).waitFor();
  expect(await page.getByRole('button', { name: 'Pay now' }).isVisible()).toBe(true);
  await visit.setOffline(false);
  await page.getByRole('status').filter({ hasText: 'You are offline' }).waitFor({
    state: 'detached',
  });
});
