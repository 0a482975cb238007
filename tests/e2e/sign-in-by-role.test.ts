import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { withBrowser } from '../world/browser/browser.ts';
import { OwnService } from '../world/browser/own-service.ts';
import { Visit } from '../world/browser/visit.ts';
import type { VisitOptions } from '../world/browser/visit.ts';

describe.runIf(inject('infra').kind === 'local')('on servers of its own the service', () => {
  let browser: Browser;
  let own: OwnService;
  withBrowser((launched) => (browser = launched));
  beforeAll(async () => {
    own = await OwnService.start();
  });
  afterAll(async () => {
    await own?.close();
  });

  const visit = (options: Omit<VisitOptions, 'origin'> = {}): Promise<Visit> =>
    Visit.begin(browser, { origin: own.origin, ...options });
  const submit = (page: Page) => page.getByRole('button', { name: 'Sign in' }).click();

  test.each([375, 1_440])(
    'lets an operator in by name, back to the page, at %i px',
    async (width) => {
      const visited = await visit({ width });
      const { page } = visited;
      await visited.open('/ops?filter=open');
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('radio', { name: 'Operator' }).check();
      expect(await visited.barriers()).toEqual([]);
      expect(await visited.overflow()).toBe(0);
      await page.getByLabel('Name').fill('olaf');
      await submit(page);
      await page.waitForURL('**/ops?filter=open');
      await page.getByText('olaf').first().waitFor();
    },
  );

  test('asks a merchant for a store, and leads to the desk', async () => {
    const visited = await visit({ allows: /status of 400/ });
    const { page } = visited;
    await visited.open('/sign-in');
    await page.getByRole('radio', { name: 'Merchant' }).check();
    await page.getByLabel('Name').fill('mia');
    await submit(page);
    await page.getByRole('alert').getByText('Give the id of a store').waitFor();
    await page.getByLabel('Store', { exact: true }).fill('lumen');
    await submit(page);
    await page.waitForURL('**/merchant');
    await page.getByText('mia · lumen').first().waitFor({ state: 'attached' });
  });

  test('shows a shopper the sales, and keeps what was typed until then', async () => {
    const visited = await visit();
    const { page } = visited;
    await visited.open('/sign-in');
    await page.getByLabel('Name').fill('alice');
    await page.getByLabel('Tier').fill('gold');
    await page.reload();
    expect(await page.getByLabel('Name').inputValue()).toBe('alice');
    expect(await page.getByLabel('Tier').inputValue()).toBe('gold');
    await submit(page);
    await page.getByText('You act as alice.').waitFor();
    expect(await visited.barriers()).toEqual([]);
    expect(await visited.overflow()).toBe(0);
    await page.getByRole('link', { name: 'Double Eleven' }).click();
    await page.waitForURL('**/s/eleven');
  });

  test('says which names it takes, in Chinese and in the dark, too', async () => {
    const visited = await visit({ locale: 'zh-CN', theme: 'dark', allows: /status of 400/ });
    const { page } = visited;
    await visited.open('/sign-in');
    await page.getByLabel('名字').fill('小明');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('alert').getByText('英文字母').waitFor();
    expect(await page.getByLabel('名字').getAttribute('aria-invalid')).toBe('true');
    expect(await visited.barriers()).toEqual([]);
    expect(await visited.overflow()).toBe(0);
  });

  test('takes a token as well, and lets a visitor be somebody else later', async () => {
    const visited = await visit();
    const { page } = visited;
    await visited.open('/sign-in');
    await page.getByText('I have a token').click();
    await page.getByLabel('Token').waitFor();
    await page.getByLabel('Name').fill('alice');
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('radio', { name: 'Operator' }).waitFor();
  });
});
