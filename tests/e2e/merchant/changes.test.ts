import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { answerOf, getOffer, patchOffer, putPromotion } from '../../../client/index.ts';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { FILE, MAX, MIA, OLAF, SALE, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

let browser: Browser;
let stage: DeskStage;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

const charger = { sale: SALE, offer: 'charger' };

test('a merchant finds who changed a price, and what it was before', async () => {
  const change = (person: typeof MIA | typeof MAX, body: { price?: number; cap?: number }) =>
    answerOf(patchOffer({ client: stage.client(person), path: charger, body }));
  await change(MAX, { price: 12_900 });
  await change(MIA, { cap: 120 });
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/offers?q=charger'));
  await page.getByRole('link', { name: 'Who changed it' }).click();
  await page.waitForURL('**/changes?subject=offer%3Acharger');
  await page.getByText('by mia').waitFor();
  await page.getByLabel('Field', { exact: true }).selectOption('price');
  await page.waitForURL('**field=price');
  const rows = page.getByRole('article');
  await rows.filter({ hasText: 'by max' }).waitFor();
  expect(await rows.count()).toBe(1);
  const told = await rows.first().innerText();
  expect(told).toContain('¥159.00');
  expect(told).toContain('¥129.00');
  expect(await visited.barriers()).toEqual([]);
  expect(await visited.overflow()).toBe(0);
});

test('a change of a rule that the platform pays does not say that the store pays', async () => {
  const rule = { layer: 'store', funder: 'platform' } as const;
  const effect = { kind: 'percent', bps: 1_000 } as const;
  const path = { sale: SALE, promotion: 'ten' };
  await answerOf(putPromotion({ client: stage.client(OLAF), path, body: { ...rule, effect } }));
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(OLAF, '/changes?subject=promotion%3Aten'));
  const row = page.getByRole('article');
  await row.getByText('10% off').waitFor();
  expect(await row.innerText()).not.toContain('paid by');
});

test('an operator uploads a file, and sees the difference before anything is written', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(OLAF, '/file'));
  const price = async () => {
    const read = getOffer({ client: stage.client(OLAF), path: { sale: SALE, offer: 'duvet' } });
    return (await answerOf(read)).price;
  };
  const upload = (name: string, text: string) =>
    page.getByLabel('Choose a file').setInputFiles({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
  await upload('bad.json', '{');
  await page.getByRole('alert').getByText('This is no JSON.').waitFor();
  const offers = FILE.offers
    .filter(({ id }) => id === 'duvet')
    .map((offer) => ({ ...offer, price: 24_900, listPrice: 25_900 }));
  await upload('good.json', JSON.stringify({ sale: FILE.sale, offers }));
  const row = page.getByRole('article').filter({ hasText: 'duvet' });
  await row.getByText('¥249.00').waitFor();
  await row.getByText('¥259.00').first().waitFor();
  expect(await price()).toBe(25_900);
  expect(await visited.barriers()).toEqual([]);
  await page.getByRole('button', { name: 'Apply 1 change' }).click();
  await page.getByText('1 change is applied.').waitFor();
  expect(await price()).toBe(24_900);
});
