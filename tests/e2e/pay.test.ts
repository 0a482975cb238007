import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { withBrowser } from '../world/browser/browser.ts';
import { OwnService } from '../world/browser/own-service.ts';
import type { BegunPayment } from '../world/browser/own-service.ts';
import { Visit } from '../world/browser/visit.ts';
import type { VisitOptions } from '../world/browser/visit.ts';
import { until } from '../world/servers/wait-until.ts';

const LONG_MS = 30_000;

const looks = [
  { width: 375, theme: 'light', locale: 'en-GB', pay: 'Pay ¥377.00', left: 'Time left to pay' },
  { width: 375, theme: 'dark', locale: 'zh-CN', pay: '支付 ¥377.00', left: '剩余支付时间' },
  { width: 1_440, theme: 'dark', locale: 'en-GB', pay: 'Pay ¥377.00', left: 'Time left to pay' },
] as const;

describe.runIf(inject('infra').kind === 'local')('at the page of the sandbox', () => {
  let browser: Browser;
  let own: OwnService;
  withBrowser((launched) => (browser = launched));
  beforeAll(async () => {
    own = await OwnService.start();
  });
  afterAll(async () => {
    await own?.close();
  });

  /** A shopper who is signed in at the shop, and now stands at the sandbox. */
  async function arrive(begun: BegunPayment, look: Partial<VisitOptions> = {}): Promise<Visit> {
    const { origin } = new URL(begun.url);
    const shop = new RegExp(`^request: ${own.origin}/`);
    const visited = await Visit.begin(browser, { origin, allows: shop, ...look });
    await visited.page.goto(`${own.origin}/sign-in#token=${begun.token}`);
    await visited.page.getByRole('link', { name: 'Double Eleven' }).waitFor();
    await visited.page.goto(begun.url);
    return visited;
  }

  const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
  const isBack = (page: Page, { returnUrl }: BegunPayment) =>
    page.waitForURL((url) => url.href.startsWith(returnUrl));
  const becomes = (begun: BegunPayment, state: string) =>
    until(async () => (await begun.state()) === state, {
      describe: `the order is ${state}`,
      timeoutMs: LONG_MS,
    });

  test.each(looks)(
    'a shopper sees what it is about at $width px, $theme, $locale',
    async ({ pay, left, ...look }) => {
      const visited = await arrive(await own.beginPayment(), look);
      const { page } = visited;
      await page.getByRole('button', { name: pay, exact: true }).waitFor();
      const text = await page.locator('main').innerText();
      for (const said of ['¥377.00', 'USB charger', 'Rice bowls, six', left]) {
        expect(text).toContain(said);
      }
      expect(text).not.toMatch(/minor|37700/);
      expect(await page.getByRole('timer').count()).toBe(1);
      expect(await visited.overflow()).toBe(0);
      expect(await visited.barriers()).toEqual([]);
    },
  );

  test('a shopper who pays comes back to an order that is paid', async () => {
    const begun = await own.beginPayment();
    const { page } = await arrive(begun);
    await press(page, 'Pay ¥377.00');
    await isBack(page, begun);
    await becomes(begun, 'paid');
  });

  test('a shopper who is declined comes back, and may pay in another way', async () => {
    const begun = await own.beginPayment();
    const { page } = await arrive(begun);
    await press(page, 'Be declined');
    await isBack(page, begun);
    expect(await begun.state()).toBe('reserved');
    const next = await until(
      async () => {
        const url = await begun.payAgain();
        return url !== begun.url && url;
      },
      { describe: 'the payment has failed', timeoutMs: LONG_MS },
    );
    await page.goto(next);
    await press(page, 'Pay ¥377.00');
    await isBack(page, begun);
    await becomes(begun, 'paid');
  });

  test('a shopper whom the bank asks first answers, also after a reload, and is back', async () => {
    const begun = await own.beginPayment();
    const visited = await arrive(begun);
    const { page } = visited;
    await press(page, 'Be asked first');
    const question = page.getByRole('heading', { name: 'Your bank asks: is it you?' });
    await question.waitFor();
    expect(await question.evaluate((head) => head === document.activeElement)).toBe(true);
    expect(await visited.barriers()).toEqual([]);
    expect(await begun.state()).toBe('reserved');
    await page.reload();
    await question.waitFor();
    await press(page, 'Yes, it is me');
    await isBack(page, begun);
    await becomes(begun, 'paid');
  });

  test('a shopper who is not the one whom the bank asks for has paid nothing', async () => {
    const begun = await own.beginPayment();
    const { page } = await arrive(begun);
    await press(page, 'Be asked first');
    await press(page, 'No, stop the payment');
    await isBack(page, begun);
    expect(await begun.state()).toBe('reserved');
  });

  test('a shopper whose bank takes its time is back at once, and has paid later', async () => {
    const begun = await own.beginPayment();
    const visited = await arrive(begun);
    const { page } = visited;
    await press(page, 'Wait for the bank');
    await isBack(page, begun);
    expect(await begun.state()).toBe('reserved');
    await page.goto(begun.url);
    await page.getByRole('heading', { name: 'Your bank takes its time' }).waitFor();
    expect(await visited.barriers()).toEqual([]);
    await becomes(begun, 'paid');
    await page.getByRole('heading', { name: 'Paid', exact: false }).waitFor();
  });

  test('an answer that the network loses is not taken for a no', async () => {
    const begun = await own.beginPayment();
    const { page } = await arrive(begun, { allows: /^request: |net::ERR_/ });
    let isCut = false;
    await page.route('**/pay/*/payment', (route) =>
      isCut ? route.abort('connectionreset') : route.continue(),
    );
    await page.route('**/payments/*/pay', async (route) => {
      isCut = true;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await press(page, 'Pay ¥377.00');
    const alert = page.getByRole('alert').getByText('No answer came, so we do not know yet.');
    await alert.waitFor();
    expect(await page.locator('main').innerText()).not.toContain('othing was paid');
    isCut = false;
    await page.getByRole('heading', { name: 'Paid', exact: false }).waitFor();
    expect(await alert.count()).toBe(0);
    await becomes(begun, 'paid');
  });

  test('after the time to pay there is only the way back', async () => {
    const begun = await own.beginPayment();
    const visited = await arrive(begun, { allows: /^request: |net::ERR_/ });
    const { page } = visited;
    await page.clock.install();
    await page.reload();
    await page.getByRole('button', { name: 'Pay ¥377.00' }).waitFor();
    // An answer would tell the page the time of the sandbox, for which no minutes pass.
    await visited.setOffline(true);
    await page.clock.runFor(910_000);
    await page.getByRole('heading', { name: 'The time to pay is over' }).waitFor();
    expect(await page.getByRole('button', { name: 'Pay' }).count()).toBe(0);
    const back = page.getByRole('link', { name: 'Back to the order' });
    expect(await back.getAttribute('href')).toContain(begun.returnUrl);
  });

  test('a payment that the sandbox has forgotten says so, and what to do', async () => {
    const { origin } = new URL((await own.beginPayment()).url);
    const visited = await Visit.begin(browser, { origin, allows: /status of 404/ });
    await visited.open('/pay/pay_none');
    await visited.page.getByText('The sandbox does not know this payment').waitFor();
    expect(await visited.barriers()).toEqual([]);
  });
});
