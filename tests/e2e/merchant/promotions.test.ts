import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { answerOf, getPromotion } from '../../../client/index.ts';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { MIA, SALE, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

let browser: Browser;
let stage: DeskStage;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

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
  const order = { shopper: 'saver', lines: [{ offer: 'charger', quantity: 1 }] };
  await stage.buy(order);
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/promotions'));
  await page.getByText('¥15.90 of ¥1,000.00 spent').first().waitFor();
  await page.getByRole('link', { name: /10% off/ }).click();
  await page.waitForURL('**/promotions/of/ten');
  expect(await page.getByLabel('Id', { exact: true }).getAttribute('readonly')).not.toBeNull();
  await page.getByLabel('Percent', { exact: true }).fill('20');
  await page.getByText('20% off at store-1, paid by the store.').waitFor();
  await page.getByRole('button', { name: 'Save the promotion' }).click();
  await page.getByText('The promotion is saved.').waitFor();
  expect(await visited.overflow()).toBe(0);
  expect(await visited.barriers()).toEqual([]);
});
