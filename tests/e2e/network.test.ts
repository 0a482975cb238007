import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../world/browser/browser.ts';
import { withServedSale } from '../world/browser/served-sale.ts';
import type { ServedSale } from '../world/browser/served-sale.ts';
import { Visit } from '../world/browser/visit.ts';

/** What a browser notes when a request of the page finds no network or no service. */
const NO_NETWORK = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|NETWORK_CHANGED|FAILED)/;
const CUT_OFF = /net::ERR_(INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)/;
const AWAY = new RegExp(`${NO_NETWORK.source}|${CUT_OFF.source}`);
/** A service that stood still turns requests away until it has caught up. */
const STOOD = new RegExp(`${AWAY.source}|status of 503`);

let browser: Browser;
let served: ServedSale;
withBrowser((launched) => (browser = launched));
withServedSale((opened) => (served = opened));

test('without a network the page says so, keeps what it shows, and goes on later', async () => {
  const visited = await Visit.begin(browser, { origin: served.origin, allows: AWAY });
  const { page } = visited;
  await visited.open('/s/eleven');
  await page.getByText('USB charger').waitFor();
  const banner = page.getByRole('status').filter({ hasText: 'You are offline' });
  expect(await banner.count()).toBe(0);
  await visited.setOffline(true);
  await banner.waitFor();
  expect(await page.getByText('USB charger').isVisible()).toBe(true);
  expect(await visited.barriers()).toEqual([]);
  await visited.setOffline(false);
  await banner.waitFor({ state: 'detached' });
  await page.locator('.aged').waitFor({ state: 'detached' });
});

test('a service that is away is told from a network that is, until it is back', async () => {
  const visited = await Visit.begin(browser, { origin: served.origin, allows: AWAY });
  const { page } = visited;
  await visited.open('/s/eleven');
  await page.getByText('USB charger').waitFor();
  await served.service.kill();
  // The visitor comes back to the page, which reads anew.
  await page.evaluate(() => {
    const isSeen = (state: string) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    isSeen('hidden');
    isSeen('visible');
  });
  const banner = page.getByRole('status').filter({ hasText: 'The service does not answer' });
  await banner.waitFor();
  expect(await page.getByRole('status').filter({ hasText: 'Last news' }).count()).toBe(1);
  expect(await page.getByText('USB charger').isVisible()).toBe(true);
  await served.service.restart();
  await banner.waitFor({ state: 'detached' });
  await page.locator('.aged').waitFor({ state: 'detached' });
});

test('a service that stands still is told within seconds, and the page goes on later', async () => {
  const visited = await Visit.begin(browser, { origin: served.origin, allows: STOOD });
  const { page } = visited;
  const token = served.token({ sub: 'olaf', role: 'operator' });
  await visited.open(`/ops#token=${token}`);
  await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  served.service.freeze();
  try {
    const tile = page.locator('.watch-promises.aged');
    await tile.getByText(/Last news \d+ seconds ago/).waitFor();
    const banner = page.getByRole('status').filter({ hasText: 'The service does not answer' });
    await banner.waitFor();
    expect(await visited.barriers()).toEqual([]);
    served.service.thaw();
    await banner.waitFor({ state: 'detached' });
    await page.locator('.aged').first().waitFor({ state: 'detached' });
  } finally {
    served.service.thaw();
  }
});
