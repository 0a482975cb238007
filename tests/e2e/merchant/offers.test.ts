import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { answerOf, patchOffer } from '../../../client/index.ts';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { MAX, MIA, SALE, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

let browser: Browser;
let stage: DeskStage;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

/** The browser notes every answer that is no success. */
const STALE = /status of 412/;

test('a merchant cuts a cap in a rush, and sees the debt fall as units return', async () => {
  const buyers = Array.from({ length: 17 }, (_, i) => `rush-${i}`);
  const bought = buyers.map((shopper) =>
    stage.buy({ shopper, lines: [{ offer: 'charger', quantity: 5 }] }),
  );
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/offers?q=charger'));
  await page.getByRole('button', { name: 'Change cap of USB charger' }).click();
  const orders = await Promise.all(bought);
  const fact = (name: string) =>
    page.locator('.editor .facts div').filter({ hasText: name }).locator('dd');
  await fact('Sold and reserved').getByText('85', { exact: true }).waitFor();
  await page.getByLabel('New cap').fill('80');
  await page
    .getByText(
      '5 units fewer than the 85 sold and reserved: nothing is cancelled, ' +
        '5 units are debt until returns pay it off.',
    )
    .waitFor();
  await page.getByRole('button', { name: 'Set the cap to 80' }).click();
  await page.getByText('The cap is 80.').waitFor();
  await fact('Debt').getByText('5', { exact: true }).waitFor();
  await fact('Cap asked for').getByText('80', { exact: true }).waitFor();
  expect(await visited.barriers()).toEqual([]);
  expect(await visited.overflow()).toBe(0);
  await stage.cancel(orders[0]!, buyers[0]!);
  await fact('Debt').getByText('0', { exact: true }).waitFor();
  await fact('Sold and reserved').getByText('80', { exact: true }).waitFor();
});

test('of two merchants who edit one offer, the second learns who was first', async () => {
  const [first, second] = [
    await Visit.begin(browser, { origin: stage.origin, width: 1_440 }),
    await Visit.begin(browser, { origin: stage.origin, allows: STALE }),
  ];
  for (const [visited, person] of [
    [first, MIA],
    [second, MAX],
  ] as const) {
    await visited.open(stage.view(person, '/offers?q=bowls'));
    await visited.page.getByRole('button', { name: 'Edit terms of Rice bowls, six' }).click();
    await visited.page.getByLabel('Price', { exact: true }).waitFor();
  }
  const price = (visited: Visit) => visited.page.getByLabel('Price', { exact: true });
  const save = (visited: Visit) =>
    visited.page.getByRole('button', { name: 'Save the terms' }).click();
  await price(first).fill('99.00');
  await first.page.getByLabel('Limit per shopper').fill('7');
  await save(first);
  await first.page.getByText('The terms are saved.').waitFor();
  await price(second).fill('89.00');
  await save(second);
  const clash = second.page.getByRole('alert').filter({ hasText: 'mia changed this' });
  await clash.getByText('¥99.00').waitFor();
  await clash.getByText('¥89.00').waitFor();
  expect(await price(second).inputValue()).toBe('89.00');
  expect(await second.barriers()).toEqual([]);
  expect(await second.overflow()).toBe(0);
  await second.page.getByRole('button', { name: 'Save mine over it' }).click();
  await second.page.getByText('The terms are saved.').waitFor();
  await first.page.locator('article strong').getByText('¥89.00').waitFor();
  // What the second did not touch is shown as the first left it.
  expect(await second.page.getByLabel('Limit per shopper').inputValue()).toBe('7');
});

test('who cancels an edit begins the next one with what is there then', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/offers?q=bowls'));
  const edit = page.getByRole('button', { name: 'Edit terms of Rice bowls, six' });
  const title = page.getByLabel('Title', { exact: true });
  await edit.click();
  await title.fill('Bowls nobody wants');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await title.waitFor({ state: 'detached' });
  const path = { sale: SALE, offer: 'bowls' };
  await answerOf(patchOffer({ client: stage.client(MAX), path, body: { listPrice: 12_900 } }));
  await edit.click();
  await title.waitFor();
  expect(await title.inputValue()).toBe('Rice bowls, six');
  await page.getByLabel('List price').fill('119.00');
  await page.getByRole('button', { name: 'Save the terms' }).click();
  await page.getByText('The terms are saved.').waitFor();
});

test('what is typed outlives a reload, and what is wrong is named at its field', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MAX, '/offers?q=charger'));
  await page.getByRole('button', { name: 'Edit terms of USB charger' }).click();
  const price = page.getByLabel('Price', { exact: true });
  await price.fill('a gift');
  await page.getByRole('alert').getByText('Type an amount such as 159.00.').waitFor();
  expect(await page.getByRole('button', { name: 'Save the terms' }).isDisabled()).toBe(true);
  await price.fill('149.50');
  await page.reload();
  await price.waitFor();
  expect(await price.inputValue()).toBe('149.50');
  await page.getByRole('button', { name: 'Save the terms' }).click();
  await page.getByText('The terms are saved.').waitFor();
});

test('an offer is paused and resumed at one press each', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/offers?q=bowls'));
  await page.getByRole('button', { name: 'Pause Rice bowls, six' }).click();
  const resume = page.getByRole('button', { name: 'Resume Rice bowls, six' });
  await resume.waitFor();
  const tooEarly = { shopper: 'early', lines: [{ offer: 'bowls', quantity: 1 }] };
  await expect(stage.buy(tooEarly)).rejects.toThrow('sale_paused');
  await resume.click();
  await page.getByRole('button', { name: 'Pause Rice bowls, six' }).waitFor();
});
