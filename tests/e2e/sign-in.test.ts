import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withBrowser } from '../world/browser/browser.ts';
import { withServedSale } from '../world/browser/served-sale.ts';
import type { ServedSale } from '../world/browser/served-sale.ts';
import { Visit } from '../world/browser/visit.ts';
import type { VisitOptions } from '../world/browser/visit.ts';

let browser: Browser;
let served: ServedSale;
withBrowser((launched) => (browser = launched));
withServedSale((opened) => (served = opened));

const visit = (options: Omit<VisitOptions, 'origin'> = {}): Promise<Visit> =>
  Visit.begin(browser, { origin: served.origin, ...options });

const operator = { sub: 'olaf', role: 'operator' } as const;
const merchant = { sub: 'mia', role: 'merchant', store: 'store-1' } as const;

describe.each([375, 1_440])('at %i px', (width) => {
  test('a stranger is sent to the sign-in, and from there back to the page', async () => {
    const visited = await visit({ width });
    const { page } = visited;
    await visited.open('/ops?filter=open');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL('**/sign-in?then=*');
    const field = page.getByLabel('Token');
    await field.fill('nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This is no token').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await visited.barriers()).toEqual([]);
    expect(await visited.overflow()).toBe(0);
    await field.fill(served.token(operator));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/ops?filter=open');
    await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
    expect(await page.getByText('olaf').count()).toBeGreaterThan(0);
    expect(await visited.barriers()).toEqual([]);
    expect(await visited.overflow()).toBe(0);
  });

  test('a merchant who brings a token sees the sales, and the address keeps none', async () => {
    const visited = await visit({ width, locale: 'zh-CN', theme: 'dark' });
    const { page } = visited;
    await visited.open(`/merchant#token=${served.token(merchant)}`);
    await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
    expect(page.url()).toBe(`${served.origin}/merchant`);
    expect(await page.getByText('进行中').isVisible()).toBe(true);
    expect(await visited.barriers()).toEqual([]);
    expect(await visited.overflow()).toBe(0);
    await page.reload();
    await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  });
});

test('a page for others leads to a sign-in as someone who may, and out again', async () => {
  // What a view reads as nobody, before it is gone.
  const visited = await visit({ allows: /status of 401/ });
  await visited.open(`/ops#token=${served.token(merchant)}`);
  const { page } = visited;
  await page.getByText('Your sign-in does not allow this').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.waitForURL('**/sign-in?then=%2Fops');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').fill(served.token(operator));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/ops');
  await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  // The foot of every page has the way out.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('Sign in to see this').waitFor();
  await page.reload();
  await page.getByText('Sign in to see this').waitFor();
});

test('a token that ends during a visit leaves the page, and offers a way back', async () => {
  const visited = await visit({ allows: /net::ERR_/ });
  const { page } = visited;
  await page.clock.install();
  await visited.open(`/ops#token=${served.token(operator, 600)}`);
  await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  // An answer would tell the page the time of the service, for which no minutes pass.
  await visited.setOffline(true);
  await page.clock.runFor(610_000);
  const banner = page.getByRole('status').filter({ hasText: 'Your sign-in is over' });
  await banner.waitFor();
  expect(await page.getByRole('link', { name: 'Double Eleven' }).isVisible()).toBe(true);
  const link = await banner.getByRole('link').getAttribute('href');
  expect(link).toBe('/sign-in?then=%2Fops');
});

test('a key lists the shortcuts of a page, and the focus comes back after it', async () => {
  const visited = await visit({ width: 1_440 });
  const { page } = visited;
  await visited.open(`/ops#token=${served.token(operator)}`);
  const link = page.getByRole('link', { name: 'Double Eleven' });
  await link.focus();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.getByText('Show this list').waitFor();
  expect(await visited.barriers()).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
});

test('a dialog closes by a press beside it, and by no press that began inside', async () => {
  const visited = await visit({ width: 1_440 });
  const { page } = visited;
  await visited.open(`/ops#token=${served.token(operator)}`);
  await page.getByRole('link', { name: 'Double Eleven' }).waitFor();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  const { x, y } = (await dialog.boundingBox())!;
  await page.mouse.click(x + 8, y + 8);
  await page.mouse.move(x + 40, y + 40);
  await page.mouse.down();
  await page.mouse.move(x - 40, y - 40);
  await page.mouse.up();
  expect(await dialog.isVisible()).toBe(true);
  await page.mouse.click(x - 40, y - 40);
  await dialog.waitFor({ state: 'hidden' });
});

test('the keyboard reaches all of a page, and its first stop skips the head', async () => {
  const visited = await visit();
  const { page } = visited;
  await visited.open('/sign-in');
  await page.getByLabel('Token').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.getByLabel('Token').evaluate((own) => own === document.activeElement)).toBe(
    true,
  );
});
