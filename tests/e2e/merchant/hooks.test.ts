import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, getWebhook, putWebhook } from '../../../client/index.ts';
import type { WebhookBody } from '../../../client/index.ts';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import { until } from '../../world/servers/wait-until.ts';
import { Receiver } from '../../world/servers/webhook-receiver.ts';
import { MIA, SALE, withDesk } from './desk-stage.ts';
import type { DeskStage } from './desk-stage.ts';

let browser: Browser;
let stage: DeskStage;
let receiver: Receiver;
withBrowser((launched) => (browser = launched));
withDesk((opened) => (stage = opened));

beforeAll(async () => {
  receiver = await Receiver.start();
});
afterAll(() => receiver.stop());

test('a merchant makes an endpoint, keeps its secret, and sends a delivery again', async () => {
  const visited = await Visit.begin(browser, { origin: stage.origin });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/hooks'));
  await page.getByRole('link', { name: 'New endpoint' }).click();
  await page.getByLabel('Id', { exact: true }).fill('erp');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByLabel('order.placed').check();
  await page.getByRole('button', { name: 'Save the endpoint' }).click();
  await page.getByText(/^whsec_/).waitFor();
  expect(await visited.barriers()).toEqual([]);
  expect(await visited.overflow()).toBe(0);
  await page.getByRole('link', { name: 'All endpoints' }).click();
  await page.getByRole('link', { name: 'erp' }).click();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText('The endpoint accepted the test event.').waitFor();
  await stage.buy({ shopper: 'buyer', lines: [{ offer: 'bowls', quantity: 1 }] });
  const delivery = page.getByRole('article', { name: /^order\.placed/ });
  await delivery.getByText('Accepted').waitFor();
  const arrivals = () => receiver.received.filter(({ body }) => body.type === 'order.placed');
  expect(arrivals()).toHaveLength(1);
  await delivery.getByRole('button', { name: 'Send again: order.placed' }).click();
  await until(() => arrivals().length === 2, { describe: 'the delivery came again' });
  expect(new Set(arrivals().map(({ id }) => id)).size).toBe(1);
  await page.getByLabel('State', { exact: true }).selectOption('dead');
  await page.getByText('No deliveries').waitFor();
  expect(await visited.barriers()).toEqual([]);
  expect(await visited.overflow()).toBe(0);
});

test('an endpoint is disabled, enabled and deleted', async () => {
  const path = { sale: SALE, webhook: 'pos' };
  const body: WebhookBody = { url: receiver.url, kinds: ['stock.low'] };
  await answerOf(putWebhook({ client: stage.client(MIA), path, body }));
  const visited = await Visit.begin(browser, { origin: stage.origin, width: 1_440 });
  const { page } = visited;
  await visited.open(stage.view(MIA, '/hooks/of/pos'));
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('button', { name: 'Disable' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await page.getByText('The endpoint pos is deleted.').waitFor();
  await page.waitForURL('**/hooks');
  const gone = getWebhook({ client: stage.client(MIA), path });
  await expect(answerOf(gone)).rejects.toThrow('not_found');
});
