import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { answerOf, getOrderDetails } from '../../../client/index.ts';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { MIA, OLAF, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

let browser: Browser;
let stage: DeskStage;
let paid: string;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

/** What the service answers once a token is too old. */
const EXPIRED = {
  type: 'about:blank',
  status: 401,
  code: 'unauthenticated',
  title: 'Sign in',
  detail: 'The token has expired.',
  message: 'Please sign in again.',
  instance: 'urn:doorbuster:request:r1',
};

beforeAll(async () => {
  const lines = [
    { offer: 'charger', quantity: 3 },
    { offer: 'duvet', quantity: 1 },
  ];
  paid = await stage.buy({ shopper: 'payer', lines });
  await stage.pay(paid, 'payer');
  await stage.buy({ shopper: 'waiter', lines: [{ offer: 'bowls', quantity: 1 }] });
});

test('a merchant refunds one line of an order, with the amounts shown first', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/orders'));
  await page.getByRole('row').filter({ hasText: 'Rice bowls, six' }).waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('paid');
  await page.waitForURL('**/orders?state=paid');
  await page.getByRole('row').filter({ hasText: 'Rice bowls' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: `…${paid.slice(-8)}` }).click();
  await page.waitForURL(`**/orders/${paid}`);
  await page.getByRole('heading', { name: 'Refund', exact: true }).waitFor();
  // The line of the other store is not the merchant's.
  expect(await page.getByText('Duvet cover').count()).toBe(0);
  const refund = page.getByRole('button', { name: /^Refund/ });
  expect(await refund.isDisabled()).toBe(true);
  await page.getByLabel('Units of USB charger to refund').fill('4');
  await page.getByRole('alert').getByText('At most 3 can be refunded.').waitFor();
  await page.getByLabel('Units of USB charger to refund').fill('1');
  await page.getByText('The order is then: Refunded in part').waitFor();
  expect(await visited.barriers()).toEqual([]);
  expect(await visited.overflow()).toBe(0);
  await page.getByRole('button', { name: 'Refund ¥159.00' }).click();
  await page.getByText('¥159.00 is on its way back.').waitFor();
  await page.getByText('Refunded in part').first().waitFor();
  await page.getByRole('listitem').filter({ hasText: 'by the store store-1' }).first().waitFor();
  await page.getByText('of 2').waitFor();
});

test('a refund is made once, though its answer is lost and the sign-in ends', async () => {
  const order = await stage.buy({ shopper: 'unlucky', lines: [{ offer: 'charger', quantity: 2 }] });
  await stage.pay(order, 'unlucky');
  const visited = await Visit.begin(browser, { origin: stage.origin, allows: /40[14]|ERR_FAILED/ });
  const { page } = visited;
  const keys: (string | undefined)[] = [];
  await page.route('**/refunds', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 2) return route.continue();
    if (keys.length === 2) return route.fulfill({ status: 401, json: EXPIRED });
    await route.fetch();
    return route.abort();
  });
  await visited.open(stage.view(MIA, `/orders/${order}`));
  await page.getByLabel('Units of USB charger to refund').fill('1');
  await page.getByRole('button', { name: 'Refund ¥159.00' }).click();
  await page.getByText('its answer got lost').waitFor();
  await visited.open('/about-nothing');
  await visited.open(stage.view(MIA, `/orders/${order}`));
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByText('¥159.00 is on its way back.').waitFor();
  expect(new Set(keys).size).toBe(1);
  const read = getOrderDetails({ client: stage.client(MIA), path: { order } });
  expect((await answerOf(read)).refunds).toHaveLength(1);
});

test('an order says in Chinese who moved it', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, locale: 'zh-CN' });
  await visited.open(stage.view(MIA, `/orders/${paid}`));
  const move = visited.page.getByRole('listitem').filter({ hasText: '从待付款到已付款' });
  await move.getByText('操作方：支付渠道').waitFor();
  expect(await move.innerText()).not.toContain('captured');
});

test('an older part of the list stays, and is read anew as well', async () => {
  const lines = [{ offer: 'charger', quantity: 1 }];
  const oldest = await stage.buy({ shopper: 'first-of-many', lines });
  // A part has 50.
  const others = Array.from({ length: 55 }, (_, i) => `one-of-many-${i}`);
  await Promise.all(others.map((shopper) => stage.buy({ shopper, lines })));
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/orders?offer=charger&state=reserved'));
  const row = page.getByRole('row').filter({ hasText: oldest.slice(-8) });
  await page.getByRole('button', { name: 'Older orders' }).click();
  await row.waitFor();
  await stage.cancel(oldest, 'first-of-many');
  await row.waitFor({ state: 'detached' });
  expect(await page.getByRole('row').count()).toBe(others.length + 1);
});

test('an id of an order opens it', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/orders'));
  await page.getByRole('searchbox').fill(paid);
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL(`**/orders/${paid}`);
  await page.getByText(paid, { exact: true }).waitFor();
});

test('an export has what the filters find', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/orders?offer=bowls'));
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV, a row for each line' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('eleven-orders.csv');
  const rows = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(rows).toHaveLength(2);
  expect(rows[1]).toContain('bowls');
});

test('an operator reads why an order is not paid, with the tries to pay', async () => {
  const order = await stage.buy({ shopper: 'broke', lines: [{ offer: 'charger', quantity: 1 }] });
  await stage.beDeclined(order, 'broke');
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(OLAF, `/orders/${order}`));
  const payments = page.getByRole('region', { name: 'Payments' });
  await payments.getByText('declined, nothing was taken').waitFor();
  const merchant = await Visit.begin(browser, { origin: stage.origin });
  await merchant.open(stage.view(MIA, `/orders/${order}`));
  await merchant.page.getByRole('heading', { name: 'What happened' }).waitFor();
  expect(await merchant.page.getByRole('heading', { name: 'Payments' }).count()).toBe(0);
});
