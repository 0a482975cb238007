import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { MIA, OLAF, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

/** The most that a page may weigh, with its data. */
const MAX_BYTES = 90_000;

let browser: Browser;
let stage: DeskStage;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

const languages = [
  [
    'en-GB',
    {
      '': 'Runs out soonest',
      '/offers': 'USB charger',
      '/promotions': 'Spend per funder',
      '/promotions/new': 'Sample cart',
      '/orders': 'Find',
      '/changes': 'by operator',
      '/hooks': 'New endpoint',
      '/hooks/new': 'payment.failed',
      '/file': 'Choose a file',
    },
  ],
  [
    'zh-CN',
    {
      '': '最快售罄',
      '/offers': '改条款',
      '/promotions': '各承担方支出',
      '/promotions/new': '试算购物车',
      '/orders': '查找',
      '/changes': '操作人：operator',
      '/hooks': '新建推送地址',
      '/hooks/new': '公网 https 地址。',
      '/file': '选择文件',
    },
  ],
] as const;

const views = ([375, 1_440] as const).flatMap((width) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    languages.map(([locale, texts]) => ({ width, theme, locale, texts })),
  ),
);

describe.each(views)('the desk at $width px, $theme, $locale', (given) => {
  const { width, theme, locale, texts } = given;

  test('shows every view, fits, and keeps nobody out', async () => {
    const lines = [{ offer: 'bowls', quantity: 1 }];
    await stage.buy({ shopper: `${width}-${theme}-${locale}`, lines });
    const visited = await Visit.begin(browser, { origin: stage.origin, width, theme, locale });
    const { page } = visited;
    for (const [rest, text] of Object.entries(texts)) {
      await visited.open(stage.view(OLAF, rest));
      await page
        .getByText(text)
        .or(page.getByRole('button', { name: text }))
        .first()
        .waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      expect(await visited.overflow(), rest).toBe(0);
      expect(await visited.barriers(), rest).toEqual([]);
    }
  });
});

test('a merchant chooses a sale, and keys lead through its views', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(MIA).replace('/s/eleven', ''));
  await page.getByRole('link', { name: 'Double Eleven' }).click();
  await page.waitForURL('**/merchant/s/eleven');
  await page.getByRole('heading', { name: 'Runs out soonest' }).waitFor();
  await page.keyboard.press('2');
  await page.waitForURL('**/merchant/s/eleven/offers');
  const tab = page.getByRole('navigation').getByRole('link', { name: 'Offers' });
  expect(await tab.getAttribute('aria-current')).toBe('page');
  await page.getByText('USB charger').waitFor();
  // Those of other stores are not the merchant's.
  expect(await page.getByText('Duvet cover').count()).toBe(0);
  await page.keyboard.press('/');
  await page.keyboard.type('bowl');
  await page.waitForURL('**/offers?q=bowl');
  expect(await page.getByRole('article').count()).toBe(1);
  await page.getByRole('searchbox').blur();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Go to Orders').waitFor();
});

test('an operator sees all stores, and chooses one', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(OLAF, '/offers'));
  await page.getByText('Duvet cover').waitFor();
  await page.getByLabel('Store').selectOption('store-1');
  await page.waitForURL('**/offers?store=store-1');
  await page.getByText('USB charger').waitFor();
  expect(await page.getByText('Duvet cover').count()).toBe(0);
});

test('today counts what is paid, and what refused shoppers wanted', async () => {
  const line = (offer: string, quantity: number) => [{ offer, quantity }];
  const order = await stage.buy({ shopper: 'payer', lines: line('charger', 2) });
  await stage.pay(order, 'payer');
  const tooMuch = { shopper: 'too-late', lines: line('duvet', 11) };
  await expect(stage.buy(tooMuch)).rejects.toThrow('sold_out');
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(OLAF));
  const tile = (name: string) =>
    page.locator('.figure').filter({ has: page.getByRole('heading', { name, exact: true }) });
  await tile('Revenue').getByText('¥318.00').waitFor();
  await tile('Refused demand').getByText('up to ¥259.00').waitFor();
  await page.getByRole('figure', { name: 'Sell-through by offer' }).getByText('2%').waitFor();
  await page.getByLabel('Time shown').selectOption('day');
  await page.waitForURL('**?span=day');
  await page.getByRole('figure', { name: 'Sell-through by offer' }).waitFor();
  expect(await visited.barriers()).toEqual([]);
});

test('the desk weighs at most 90 kB with the figures of today', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.dataReceived', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await visited.open(stage.view(MIA));
  await page.getByRole('heading', { name: 'Runs out soonest' }).waitFor();
  await page.waitForLoadState('load');
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
});
