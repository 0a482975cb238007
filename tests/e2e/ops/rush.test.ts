import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import type { VisitOptions } from '../../world/browser/visit.ts';
import { until } from '../../world/servers/wait-until.ts';
import { hidden, withOpsDesk } from './ops-desk.ts';
import type { OpsDesk } from './ops-desk.ts';

let browser: Browser;
let desk: OpsDesk;
withBrowser((launched) => (browser = launched));
withOpsDesk((opened) => (desk = opened));

const visit = (options: Omit<VisitOptions, 'origin'> = {}): Promise<Visit> =>
  Visit.begin(browser, { origin: desk.origin, width: 1_440, ...options });

/** The picture and the small lines stand, and no tile is a skeleton any more. */
async function whole(page: Page): Promise<void> {
  await page.locator('.picture canvas').waitFor();
  await page.locator('.watch .skeleton').first().waitFor({ state: 'detached' });
  await page.locator('.watch-settled polyline').waitFor({ state: 'attached' });
}

const languages = [
  ['en-GB', { cells: 'Cells', kept: 'Broken promises' }],
  ['zh-CN', { cells: '单元', kept: '被违背的承诺' }],
] as const;
const views = ([375, 1_440] as const).flatMap((width) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    languages.map(([locale, words]) => ({ width, theme, locale, words })),
  ),
);

describe.each(views)(
  'the rush at $width px, $theme, $locale',
  ({ width, theme, locale, words }) => {
    test('shows everything, fits, and keeps nobody out', async () => {
      const visited = await visit({ width, theme, locale });
      const { page } = visited;
      await visited.open(desk.at('/ops'));
      await whole(page);
      for (const title of Object.values(words)) {
        await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
      }
      expect(await page.locator('.watch').count()).toBe(15);
      // One cell of the first sale, three of the second.
      expect(await page.locator('.square').count()).toBe(4);
      await page.locator('.watch-budgets').getByText('spring').waitFor();
      expect(await visited.overflow()).toBe(0);
      if (width === 1_440) expect(await hidden(page)).toEqual({ below: 0, cut: [] });
      expect(await visited.barriers()).toEqual([]);
    });
  },
);

test('an order shows in the figures by itself', async () => {
  const visited = await visit();
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  await whole(page);
  const placed = page.locator('.legend li').filter({ hasText: 'placed' }).locator('strong');
  const isShown = async () => {
    // A figure is that of two seconds, so the orders go on until it shows.
    await desk.buyMug();
    return (await placed.textContent()) !== '0';
  };
  await until(isShown, { describe: 'an order shows', timeoutMs: 60_000 });
});

const stories = [
  ['/ops/sales', 'Not opened yet'],
  ['/ops/sales/nine', 'Nine nine'],
  ['/ops/dead-letters', 'No dead letters'],
  ['/ops/calls', 'Waiting'],
  ['/ops/changes', 'opened the sale'],
  ['/ops/security', 'Security'],
  ['/ops/processes', 'Process'],
] as const;

describe.each([375, 1_440])('at %i px', (width) => {
  test('each story fits and keeps nobody out', async () => {
    const visited = await visit({ width });
    const { page } = visited;
    await visited.open(desk.at('/ops/sales'));
    for (const [path, text] of stories) {
      await visited.open(path);
      await page.getByRole('main').getByText(text).first().waitFor();
      await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
      expect(await visited.overflow(), path).toBe(0);
      expect(await visited.barriers(), path).toEqual([]);
    }
  });
});

test('a press on a tile opens its story, and the history goes on meanwhile', async () => {
  const visited = await visit();
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  await whole(page);
  const line = page.locator('.watch-settled polyline');
  const points = async () => ((await line.getAttribute('points')) ?? '').split(' ').length;
  const isLong = async () => (await line.count()) === 1 && (await points()) >= 4;
  await until(isLong, { describe: 'the line has four points', timeoutMs: 30_000 });
  await page.locator('.watch-processes').click();
  await page.waitForURL('**/ops/processes');
  await page.getByRole('row').nth(1).waitFor();
  await page.goBack();
  await line.waitFor({ state: 'attached' });
  expect(await points()).toBeGreaterThanOrEqual(4);
});

test('only the rush loads the library that draws its picture', async () => {
  const visited = await visit();
  const { page } = visited;
  const drawing: string[] = [];
  page.on('request', (request) => {
    if (/draw-answers.*\.js$/.test(request.url())) drawing.push(request.url());
  });
  await visited.open(desk.at('/ops/sales'));
  await page.getByRole('link', { name: 'Nine nine' }).waitFor();
  expect(drawing).toEqual([]);
  await page.getByRole('link', { name: 'The rush' }).click();
  await whole(page);
  expect(drawing).toHaveLength(1);
});

test('drafts are listed with the sales, though nobody watches them', async () => {
  const visited = await visit();
  const { page } = visited;
  await visited.open(desk.at('/ops/sales'));
  const drafts = page.getByRole('region', { name: 'Not opened yet' });
  await drafts.getByText('Not yet (later)').waitFor();
  expect(await drafts.getByText('Draft').isVisible()).toBe(true);
});

describe.each(['light', 'dark'] as const)('on a wall, %s', (theme) => {
  test('the screen is larger and has nothing to press, and a key leads back', async () => {
    const visited = await visit({ theme });
    const { page } = visited;
    await visited.open(desk.at('/ops?wall=1'));
    await whole(page);
    expect(await page.locator('a, button, select, input').count()).toBe(0);
    expect(await hidden(page)).toEqual({ below: 0, cut: [] });
    expect(await visited.overflow()).toBe(0);
    expect(await visited.barriers()).toEqual([]);
    const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
    const large = Number.parseFloat(await size());
    await page.keyboard.press('w');
    await page.getByRole('link', { name: 'The rush' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(large).toBeGreaterThan(Number.parseFloat(await size()));
  });
});
