import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import type { VisitOptions } from '../../world/browser/visit.ts';
import { withOpsDesk } from './ops-desk.ts';
import type { OpsDesk } from './ops-desk.ts';

let browser: Browser;
let desk: OpsDesk;
withBrowser((launched) => (browser = launched));
withOpsDesk((opened) => (desk = opened));

const visit = (options: Omit<VisitOptions, 'origin'> = {}): Promise<Visit> =>
  Visit.begin(browser, { origin: desk.origin, width: 1_440, ...options });

test('a key pauses a sale by a typed word, another resumes it, and why is kept', async () => {
  const visited = await visit();
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  await page.keyboard.press('Shift+P');
  const dialog = page.getByRole('dialog', { name: 'Pause selling' });
  await dialog.getByLabel('Which sale').selectOption('eleven');
  const word = dialog.getByLabel('Type eleven to confirm');
  const go = dialog.getByRole('button', { name: 'Pause eleven' });
  await word.fill('elevn');
  expect(await go.isDisabled()).toBe(true);
  await word.fill('eleven');
  await dialog.getByLabel('Reason').fill('价格写错了');
  expect(await visited.barriers()).toEqual([]);
  await go.click();
  await dialog.getByText('paused').waitFor();
  expect(await desk.stateOf('eleven')).toBe('paused');
  expect(await desk.stateOf('nine')).toBe('open');
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  const again = page.getByRole('dialog', { name: 'Sell again' });
  await again.getByRole('button', { name: 'Resume eleven' }).click();
  await again.getByRole('listitem').getByText('open').waitFor();
  expect(await desk.stateOf('eleven')).toBe('open');
  await visited.open('/ops/changes');
  const pause = page.getByRole('row').filter({ hasText: 'paused the sale' });
  await pause.getByText('价格写错了').waitFor();
  expect(await pause.getByText('olaf').isVisible()).toBe(true);
});

test('one word stops every open sale, on a phone too', async () => {
  const visited = await visit({ width: 375 });
  const { page } = visited;
  await visited.open(desk.at('/ops/sales'));
  await page.getByRole('button', { name: 'Pause all open sales' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause selling' });
  await dialog.getByLabel('Type PAUSE ALL to confirm').fill('PAUSE ALL');
  expect(await visited.overflow()).toBe(0);
  expect(await visited.barriers()).toEqual([]);
  await dialog.getByRole('button', { name: 'Pause all open sales' }).click();
  await dialog.getByRole('listitem').filter({ hasText: 'nine' }).getByText('paused').waitFor();
  expect([await desk.stateOf('eleven'), await desk.stateOf('nine')]).toEqual(['paused', 'paused']);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  for (const sale of ['eleven', 'nine']) {
    await page.getByRole('button', { name: `Resume ${sale}` }).click();
    const again = page.getByRole('dialog', { name: 'Sell again' });
    await again.getByRole('button', { name: `Resume ${sale}` }).click();
    await again.getByRole('listitem').getByText('open').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `Pause ${sale}` }).waitFor();
  }
  expect([await desk.stateOf('eleven'), await desk.stateOf('nine')]).toEqual(['open', 'open']);
});

test('a service that refuses to pause is told in the dialog, which stays', async () => {
  const visited = await visit({ allows: /status of 403/ });
  const { page } = visited;
  await visited.open(desk.at('/ops/sales/nine'));
  await page.route('**/v1/sales/nine/pause', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: '/problems/forbidden',
        title: 'The token does not allow this',
        status: 403,
        code: 'forbidden',
        detail: 'Your token does not permit this.',
        message: 'You may not do this.',
        instance: 'urn:doorbuster:request:r1',
      }),
    }),
  );
  await page.getByRole('button', { name: 'Pause nine' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause selling' });
  await dialog.getByLabel('Type nine to confirm').fill('nine');
  await dialog.getByRole('button', { name: 'Pause nine' }).click();
  await dialog.getByText('Your sign-in does not allow this').waitFor();
  expect(await desk.stateOf('nine')).toBe('open');
});

/** Makes the ledger refuse the orders of two shoppers. @returns makes it take them again */
async function refuseOrders(): Promise<() => Promise<unknown>> {
  const { ledger, served } = desk;
  const shoppers = `('shopper-charger-1', 'shopper-charger-2')`;
  await ledger.query(
    `alter table orders add constraint refused check (shopper not in ${shoppers})`,
  );
  await served.buy('charger', 1);
  await served.buy('charger', 2);
  return () => ledger.query('alter table orders drop constraint refused');
}

test('an operator finds dead letters, reads why, replays one and releases the other', async () => {
  const repair = await refuseOrders();
  const visited = await visit({ allows: /status of 409/ });
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  const waiting = page.locator('.watch-needs').getByRole('listitem');
  await waiting.filter({ hasText: 'dead letters' }).getByText('2', { exact: true }).waitFor();
  await page.locator('.watch-needs').click();
  await page.waitForURL('**/ops/dead-letters');
  await page
    .getByRole('link', { name: /^Dead letter \d+$/ })
    .first()
    .click();
  await page.getByText('shopper-charger-1').waitFor();
  expect(await page.getByText('¥159.00').count()).toBeGreaterThan(0);
  expect(await visited.barriers()).toEqual([]);
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByRole('alert').getByText('The ledger still refuses it').waitFor();
  await repair();
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByText('Replayed: the ledger has it.').first().waitFor();
  await page.getByRole('button', { name: 'Replay' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'All dead letters' }).click();
  await page.getByRole('link', { name: /^Dead letter \d+$/ }).click();
  await page.getByText('shopper-charger-2').waitFor();
  await page.getByRole('button', { name: 'Release' }).click();
  const dialog = page.getByRole('dialog', { name: 'Give this up?' });
  expect(await visited.barriers()).toEqual([]);
  await dialog.getByRole('button', { name: 'Release' }).click();
  await page.getByText('Released: all it took is free.').first().waitFor();
  await visited.open('/ops/dead-letters');
  await page.getByText('No dead letters').waitFor();
  await page.getByLabel('Show').selectOption('all');
  await page.getByRole('cell').filter({ hasText: 'released' }).waitFor();
  expect(new URL(page.url()).search).toBe('?state=all');
  await desk.served.buy('charger', 2);
});
