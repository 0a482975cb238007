import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withBrowser } from '../world/browser/browser.ts';
import { withServedSale } from '../world/browser/served-sale.ts';
import type { ServedSale } from '../world/browser/served-sale.ts';
import { Visit } from '../world/browser/visit.ts';
import type { VisitOptions } from '../world/browser/visit.ts';

let browser: Browser;
let served: ServedSale;
withBrowser((launched) => (browser = launched));
withServedSale((opened) => (served = opened));

const visit = (options: Omit<VisitOptions, 'origin'>): Promise<Visit> =>
  Visit.begin(browser, { origin: served.origin, ...options });

const languages = [
  ['en-GB', { lang: 'en', inStock: 'In stock', soldOut: 'Sold out', low: 'Few left' }],
  ['zh-CN', { lang: 'zh-CN', inStock: '有货', soldOut: '已抢光', low: '快抢光了' }],
] as const;
const views = ([375, 1_440] as const).flatMap((width) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    languages.map(([locale, words]) => ({ width, theme, locale, words })),
  ),
);

describe.each(views)(
  'the shop at $width px, $theme, $locale',
  ({ width, theme, locale, words }) => {
    test('shows the sale with prices and stock, fits, and keeps nobody out', async () => {
      const visited = await visit({ width, theme, locale });
      const { page } = visited;
      await visited.open('/s/eleven');
      await page.getByRole('heading', { level: 1, name: 'Double Eleven' }).waitFor();
      const cards = page.getByRole('article');
      expect(await cards.count()).toBe(4);
      const first = cards.filter({ hasText: 'USB charger' });
      expect(await first.innerText()).toContain('¥159.00');
      expect(await first.innerText()).toContain('¥199.00');
      expect(await first.innerText()).toContain('20%');
      expect(await first.innerText()).toContain(words.inStock);
      expect(await cards.filter({ hasText: 'Duvet cover' }).innerText()).toContain(words.low);
      expect(await cards.filter({ hasText: 'Tote bag' }).innerText()).toContain(words.soldOut);
      expect(await page.locator('html').getAttribute('lang')).toBe(words.lang);
      expect(await page.title()).toBe('Double Eleven');
      expect(await visited.overflow()).toBe(0);
      expect(await visited.barriers()).toEqual([]);
    });
  },
);

test('a visitor switches language and appearance, and both are kept', async () => {
  const visited = await visit({});
  const { page } = visited;
  await visited.open('/s/eleven');
  await page.getByLabel('Language').selectOption('zh');
  await page.getByLabel('外观').selectOption('dark');
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).background);
  const dark = await ground();
  await page.reload();
  await page.getByText('快抢光了').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  expect(await ground()).toBe(dark);
  await page.getByLabel('外观').selectOption('light');
  expect(await ground()).not.toBe(dark);
});

test('a change of stock shows by itself, and is read aloud', async () => {
  const visited = await visit({});
  const { page } = visited;
  await visited.open('/s/eleven');
  const bowls = page.getByRole('article').filter({ hasText: 'Rice bowls' });
  await bowls.getByText('In stock').waitFor();
  await served.buy('bowls', 50);
  await bowls.getByText('Sold out').waitFor();
  await page.getByRole('status').filter({ hasText: 'Rice bowls, six has sold out' }).waitFor({
    state: 'attached',
  });
});

test('an address without a sale says so, and what to do', async () => {
  const visited = await visit({ allows: /status of 404/ });
  const { page } = visited;
  await visited.open('/s/nowhere');
  await page.getByRole('alert').getByText('There is nothing here.').waitFor();
  expect(await visited.barriers()).toEqual([]);
  await visited.open('/s/eleven/nothing/here');
  expect(await page.locator('body').innerText()).toContain('not_found');
});

test('while the sale is read its layout stands, and nothing moves when it comes', async () => {
  const visited = await visit({});
  const { page } = visited;
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route('**/v1/sales/eleven', async (route) => {
    await held;
    await route.continue();
  });
  await visited.open('/s/eleven');
  await page.locator('.offer-grid .skeleton').first().waitFor();
  expect(await visited.barriers()).toEqual([]);
  const before = await page.locator('.tile').first().boundingBox();
  letThrough();
  await page.getByRole('article').first().waitFor();
  expect(await page.locator('.tile').first().boundingBox()).toEqual(before);
});
