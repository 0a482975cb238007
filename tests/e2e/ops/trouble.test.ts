import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { Visit } from '../../world/browser/visit.ts';
import type { VisitOptions } from '../../world/browser/visit.ts';
import { until } from '../../world/servers/wait-until.ts';
import { hidden, withOpsDesk } from './ops-desk.ts';
import type { OpsDesk } from './ops-desk.ts';

/** The service audits every 30 s. */
const AUDITED = { timeout: 90_000 };
/** What a browser notes while the service is away. */
const AWAY =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED)|status of 50[03]/;

let browser: Browser;
let desk: OpsDesk;
withBrowser((launched) => (browser = launched));
withOpsDesk((opened) => (desk = opened));

const visit = (options: Omit<VisitOptions, 'origin'> = {}): Promise<Visit> =>
  Visit.begin(browser, { origin: desk.origin, width: 1_440, ...options });

/** Adds to the total of every order, so that its lines do not explain it. */
const addToTotals = (minor: number) =>
  desk.ledger.query('update orders set total_minor = total_minor + $1', [minor]);

test('a broken promise turns the screen red and is named, and green comes back', async () => {
  await desk.served.buy('charger', 1);
  const isSettled = async () => (await desk.ledger.query('select 1 from orders')).rowCount === 1;
  await until(isSettled, { describe: 'the order is settled' });
  const visited = await visit();
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  const tile = page.locator('.watch-promises');
  await tile.getByText('every promise kept').waitFor(AUDITED);
  await addToTotals(1);
  await page.locator('.watch-promises.watch-is-bad').waitFor(AUDITED);
  await tile.getByText('in Double Eleven').waitFor();
  await page.getByRole('status').filter({ hasText: 'A promise is broken' }).first().waitFor();
  expect(await visited.barriers()).toEqual([]);
  expect(await hidden(page)).toEqual({ below: 0, cut: [] });
  const ground = await tile.evaluate((own) => getComputedStyle(own).backgroundColor);
  const bad = await tile.evaluate((own) => {
    own.style.outlineColor = 'var(--bad)';
    return getComputedStyle(own).outlineColor;
  });
  expect(ground).toBe(bad);
  await page.keyboard.press('w');
  await page.locator('.wall .rush-is-wrong').waitFor();
  expect(await hidden(page)).toEqual({ below: 0, cut: [] });
  expect(await visited.barriers()).toEqual([]);
  await page.keyboard.press('w');
  await tile.click();
  await page.waitForURL('**/ops/sales/eleven');
  const row = page.getByRole('table', { name: 'Broken promises' }).getByRole('row').nth(1);
  await row.getByText('I7').waitFor();
  expect(await visited.barriers()).toEqual([]);
  await addToTotals(-1);
  await page.getByRole('link', { name: 'The rush' }).click();
  await tile.getByText('every promise kept').waitFor(AUDITED);
});

test('while the service is away its last figures stay with their age', async () => {
  const visited = await visit({ allows: AWAY });
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  await desk.served.service.kill();
  const banner = page.getByRole('status').filter({ hasText: 'The service does not answer' });
  await banner.waitFor();
  await page.locator('.watch-cells.aged').getByText('Last news').waitFor();
  expect(await page.getByRole('link', { name: 'Double Eleven' }).isVisible()).toBe(true);
  expect(await visited.barriers()).toEqual([]);
  await desk.served.service.restart();
  await banner.waitFor({ state: 'detached', timeout: 60_000 });
  await page.locator('.watch.aged').first().waitFor({ state: 'detached', timeout: 60_000 });
  await page.locator('.watch-processes').getByText('%').first().waitFor();
});

test('a cell that is away is told, with its sale, and no longer once it is rebuilt', async () => {
  const visited = await visit();
  const { page } = visited;
  await visited.open(desk.at('/ops'));
  await page.locator('.square').first().waitFor();
  expect(await page.locator('.square-bad').count()).toBe(0);
  await page.route('**/v1/ops/sales?*', async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    const [sale] = json.items;
    Object.assign(sale.cells[0], { state: 'diverged', awaySince: sale.asOf, lagOrders: null });
    await route.fulfill({ response: answer, json });
  });
  const square = page.locator('.square-bad');
  await square.waitFor();
  expect(await square.getAttribute('title')).toMatch(/^Cell 0, epoch \d+: away: differs from/);
  await page.getByRole('status').filter({ hasText: 'Cells are away in Double' }).first().waitFor();
  expect(await visited.barriers()).toEqual([]);
  await page.unroute('**/v1/ops/sales?*');
  await square.waitFor({ state: 'detached' });
});
