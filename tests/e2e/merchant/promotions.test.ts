import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { answerOf, getPromotion, putPromotion } from '../../../client/index.ts';
import type { PromotionBody } from '../../../client/index.ts';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { MIA, SALE, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

let browser: Browser;
let stage: DeskStage;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

/** The browser notes every answer that is no success. */
const STALE = /status of 412/;

/** A share of the price off, paid by the store from its own budget. */
const put = (promotion: string, more: Partial<PromotionBody> = {}) =>
  answerOf(
    putPromotion({
      client: stage.client(MIA),
      path: { sale: SALE, promotion },
      body: {
        layer: 'store',
        funder: 'store',
        effect: { kind: 'percent', bps: 1_000 },
        budget: 'own',
        ...more,
      },
    }),
  );

test('a merchant sees what a promotion does to a cart, then saves it', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/promotions'));
  await page.getByText('No promotions yet').waitFor();
  await page.keyboard.press('n');
  await page.waitForURL('**/promotions/new');
  await page.getByText('Complete the promotion to see what it does.').waitFor();
  await page.getByLabel('Id', { exact: true }).fill('ten');
  await page.getByLabel('Percent', { exact: true }).fill('10');
  await page.getByLabel('Quantity of USB charger').fill('2');
  // 2 × 159.00 and 109.00.
  await page.getByText('The shopper saves ¥42.70 more.').waitFor();
  const after = page.getByRole('region', { name: 'With it', exact: true });
  expect(await after.innerText()).toContain('¥384.30');
  const before = page.getByRole('region', { name: 'Without it' });
  expect(await before.innerText()).toContain('¥427.00');
  expect(await visited.barriers()).toEqual([]);
  const path = { sale: SALE, promotion: 'ten' };
  const missing = getPromotion({ client: stage.client(MIA), path });
  await expect(answerOf(missing)).rejects.toThrow('not_found');
  await page.getByLabel('Budget').selectOption('own');
  await page.getByRole('button', { name: 'Save the promotion' }).click();
  await page.getByText('The promotion is saved.').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Promotions' }).click();
  await page.getByRole('link', { name: '10% off at store-1, paid by the store.' }).waitFor();
  await page.getByText('¥0.00 of ¥1,000.00 spent').first().waitFor();
});

test('a saved promotion is changed, and its spend is told by funder', async () => {
  await put('saved', { offers: ['bowls'], effect: { kind: 'percent', bps: 3_000 } });
  await stage.buy({ shopper: 'saver', lines: [{ offer: 'bowls', quantity: 1 }] });
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/promotions'));
  const row = page.getByRole('article').filter({ hasText: 'Id saved' });
  await row.getByText('¥32.70', { exact: true }).waitFor();
  await row.getByRole('link', { name: /30% off/ }).click();
  await page.waitForURL('**/promotions/of/saved');
  expect(await page.getByLabel('Id', { exact: true }).getAttribute('readonly')).not.toBeNull();
  await page.getByLabel('Percent', { exact: true }).fill('20');
  await page.getByText('20% off on Rice bowls, six at store-1, paid by the store.').waitFor();
  await page.getByRole('button', { name: 'Save the promotion' }).click();
  await page.getByText('The promotion is saved.').waitFor();
  expect(await visited.overflow()).toBe(0);
  expect(await visited.barriers()).toEqual([]);
});

test('saving over a change of others keeps what the form does not show', async () => {
  await put('shared', { offers: ['bowls'] });
  const visited = await Visit.begin(browser, { origin: stage.origin, allows: STALE });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/promotions/of/shared'));
  await page.getByLabel('Percent', { exact: true }).fill('20');
  await put('shared', { offers: ['bowls'], members: ['gold'] });
  await page.getByRole('button', { name: 'Save the promotion' }).click();
  const clash = page.getByRole('alert').filter({ hasText: 'mia changed this' });
  await clash.getByText('gold').waitFor();
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByText('The promotion is saved.').waitFor();
  const path = { sale: SALE, promotion: 'shared' };
  expect(await answerOf(getPromotion({ client: stage.client(MIA), path }))).toMatchObject({
    members: ['gold'],
    effect: { kind: 'percent', bps: 2_000 },
  });
});
