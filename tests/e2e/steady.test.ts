import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withBrowser } from '../world/browser/browser.ts';
import { withServedSale } from '../world/browser/served-sale.ts';
import type { ServedSale } from '../world/browser/served-sale.ts';
import { watchShifts } from '../world/browser/layout-shifts.ts';
import { Visit } from '../world/browser/visit.ts';

let browser: Browser;
let served: ServedSale;
withBrowser((launched) => (browser = launched));
withServedSale((opened) => (served = opened));

const AWAY = /net::ERR_/;
const THEMES = [
  { chosen: 'dark', device: 'light' },
  { chosen: 'light', device: 'dark' },
] as const;

/** Keeps back the page's own code. @returns lets it through */
async function holdCode(page: Page): Promise<() => void> {
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(/\/assets\/(?!first-).*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  return letThrough;
}

const schemeOf = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);

describe.each(THEMES)('a visitor who chose $chosen on a $device device', ({ chosen, device }) => {
  test.each(['/s/eleven', '/merchant', '/ops', '/sign-in'])(
    'sees %s in that theme before its own code has come',
    async (path) => {
      const visited = await Visit.begin(browser, { origin: served.origin, theme: device });
      const { page } = visited;
      await page.addInitScript((theme) => localStorage.setItem('doorbuster.theme', theme), chosen);
      const letThrough = await holdCode(page);
      await page.goto(`${served.origin}${path}`, { waitUntil: 'commit' });
      await page.locator('.page-head').waitFor();
      expect(await schemeOf(page)).toBe(chosen);
      letThrough();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await schemeOf(page)).toBe(chosen);
    },
  );
});

/** The boxes of the head's controls and of the content, in CSS pixels. */
const boxes = async (page: Page) =>
  Promise.all(
    [page.locator('.page-head'), page.locator('#content')].map((one) => one.boundingBox()),
  );

describe.each([375, 1_440])('at %i pixels', (width) => {
  test('nothing moves when the network goes, the data age, and both come back', async () => {
    const visited = await Visit.begin(browser, { origin: served.origin, width, allows: AWAY });
    const { page } = visited;
    const shifted = await watchShifts(page);
    await visited.open('/s/eleven');
    await page.getByText('USB charger').waitFor();
    const before = await boxes(page);
    await visited.setOffline(true);
    await page.getByRole('status').filter({ hasText: 'You are offline' }).waitFor();
    expect(await boxes(page)).toEqual(before);
    expect(await visited.overflow()).toBe(0);
    await page.getByRole('combobox', { name: 'Language' }).click({ trial: true });
    await visited.setOffline(false);
    await page.locator('.passing .banner').waitFor({ state: 'detached' });
    expect(await boxes(page)).toEqual(before);
    expect(await shifted()).toBe(0);
  });

  test('nothing moves when the sign-in ends, and what has the focus is not covered', async () => {
    const visited = await Visit.begin(browser, { origin: served.origin, width, allows: AWAY });
    const { page } = visited;
    const shifted = await watchShifts(page);
    await page.clock.install();
    const token = served.token({ sub: 'olaf', role: 'operator' }, 600);
    await visited.open(`/ops/sales#token=${token}`);
    await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
    const [before, moved] = [await boxes(page), await shifted()];
    // An answer would tell the page the time of the service, for which no minutes pass.
    await visited.setOffline(true);
    await page.clock.runFor(610_000);
    const banner = page.getByRole('status').filter({ hasText: 'Your sign-in is over' });
    await banner.waitFor();
    expect(await boxes(page)).toEqual(before);
    expect(await shifted()).toBe(moved);
    await page.getByRole('combobox', { name: 'Language' }).focus();
    const passing = await page.locator('.passing').boundingBox();
    expect(passing!.y).toBeGreaterThanOrEqual(before[0]!.y + before[0]!.height);
    await banner.getByRole('link', { name: 'Sign in' }).click({ trial: true });
  });
});
