import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { watchShifts } from '../../world/browser/layout-shifts.ts';
import { plenty, withShopStage } from './shop-stage.ts';
import type { ShopStage } from './shop-stage.ts';
import { ShopperVisit } from './shopper-visit.ts';

let browser: Browser;
let stage: ShopStage;
withBrowser((launched) => (browser = launched));
withShopStage((opened) => (stage = opened));

/** As browsers emulate it: 400 ms there and back, 50 kB a second. */
const SLOW_3G = {
  offline: false,
  latency: 400,
  downloadThroughput: 50_000,
  uploadThroughput: 50_000,
};

const begin = (options = {}) => ShopperVisit.begin(browser, stage, options);

const words = {
  'en-GB': {
    lang: 'en',
    buy: 'Buy now',
    total: 'To pay',
    add: 'Add USB charger',
    more: /saves another/,
  },
  'zh-CN': { lang: 'zh-CN', buy: '立即抢购', total: '应付', add: '加购 USB charger', more: /再减/ },
} as const;

const views = ([375, 1_440] as const).flatMap((width) =>
  (['en-GB', 'zh-CN'] as const).flatMap((locale) =>
    (['light', 'dark'] as const).map((theme) => ({ width, locale, theme })),
  ),
);

describe.each(views)('the shop at $width px, $locale, $theme', ({ width, locale, theme }) => {
  test('shows a cart with its price, fits, keeps nobody out, and nothing moves', async () => {
    const shopper = await begin({ width, locale, theme });
    const { page, cart, visit } = shopper;
    const { lang, buy, total, add, more } = words[locale];
    const shifted = await watchShifts(page);
    await shopper.enter('carts', `looks-${width}-${lang}-${theme}`);
    await page.waitForLoadState('load');
    expect(await shifted()).toBe(0);
    const card = page.getByRole('article').filter({ hasText: 'USB charger' });
    await card.getByRole('button', { name: add }).click();
    await shopper.ready(buy);
    await cart.getByText(total).waitFor();
    await cart.locator('strong', { hasText: '¥143.10' }).waitFor();
    if (width === 375) await cart.locator('.cart-toggle button').click();
    await cart.getByText(more).first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
    expect(await visit.overflow()).toBe(0);
    expect(await visit.barriers()).toEqual([]);
    expect(await shifted()).toBe(0);
  });
});

test('on a slow network nothing moves, and an order is placed', async () => {
  const shopper = await begin();
  const { page } = shopper;
  const shifted = await watchShifts(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_3G);
  await shopper.visit.open(`/s/carts${stage.signedIn('slow')}`);
  await page.getByRole('article').first().waitFor();
  await shopper.add('Tea mug');
  await shopper.ready('Buy now');
  await shopper.button('Buy now').click();
  await shopper.order();
  expect(await shifted()).toBe(0);
  await page.getByText('Pay within').waitFor();
});

test('the keyboard alone fills the cart, opens it and buys', async () => {
  const shopper = await begin();
  const { page, cart } = shopper;
  await shopper.enter('carts', 'keys');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await page.getByRole('button', { name: 'Add Tea mug' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'One less of Tea mug' }).first().focus();
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('Add Tea mug');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('One more of Tea mug');
  const toggle = cart.getByRole('button', { name: /(Show|Hide) the cart/ });
  await toggle.focus();
  await page.keyboard.press('Enter');
  await cart.getByRole('heading', { name: 'Your cart' }).waitFor();
  await cart.getByRole('button', { name: 'One more of Tea mug' }).focus();
  await page.keyboard.press('Escape');
  await cart.getByRole('heading', { name: 'Your cart' }).waitFor({ state: 'hidden' });
  expect(await toggle.evaluate((button) => button === document.activeElement)).toBe(true);
  await shopper.button('Buy now').focus();
  await page.keyboard.press('Enter');
  await shopper.order();
  // The new view begins at its top, for those who hear the page, too.
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
});

test('two taps at one place on "+" are two units', async () => {
  const shopper = await begin();
  const { page, cart } = shopper;
  await shopper.enter('carts', 'twice');
  const card = page.getByRole('article').filter({ hasText: 'Tea mug' });
  const plus = card.getByRole('button', { name: 'Add Tea mug' });
  // The bar of the cart must not lie over it.
  await plus.evaluate((own) => own.scrollIntoView({ block: 'center' }));
  const { x, y, width, height } = (await plus.boundingBox())!;
  await page.mouse.click(x + width / 2, y + height / 2, { clickCount: 2 });
  await cart.getByText('2 items').waitFor();
});

test('a sale of many offers shows further pages on demand, and keeps them', async () => {
  await stage.admin.open(plenty('many', 130));
  const shopper = await begin({ allows: /net::ERR_FAILED/ });
  const { page } = shopper;
  await shopper.enter('many', 'max');
  expect(await page.getByRole('article').count()).toBe(100);
  // A page that does not come can be asked for again.
  await page.route('**/v1/sales/many?cursor=*', (route) => route.abort());
  await page.getByRole('button', { name: 'Show more offers' }).click();
  await page.getByText('Further offers did not come.').waitFor();
  await page.unroute('**/v1/sales/many?cursor=*');
  await page.getByRole('button', { name: 'Show more offers' }).click();
  await page.getByRole('article').nth(129).waitFor();
  expect(await page.getByRole('button', { name: 'Show more offers' }).count()).toBe(0);
  await shopper.add('Offer 129');
  await shopper.ready('Buy now');
  await page.reload();
  await shopper.ready('Buy now');
  // The cart knows an offer of a page that is not loaded yet.
  await shopper.cart.getByRole('button', { name: 'Show the cart' }).click();
  await shopper.cart.getByText('Offer 129').waitFor();
  await shopper.button('Buy now').click();
  await shopper.order();
});
