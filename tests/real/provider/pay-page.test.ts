import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBuiltPages } from '../../../src/platform/pages/read-built-pages.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { NewPayment } from '../../../src/provider/payment-provider.ts';
import { SLOW_BANK_MS } from '../../../src/provider/sandbox-server/outcomes.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { newWebhookSecret } from '../../../proof/builders/secrets.ts';
import { makeAt } from '../../world/stage/payments.ts';

const secret = newWebhookSecret();
const RETURN_URL = 'https://shop.example/orders/o1';
const LINES = [
  { title: 'USB <charger>', quantity: 1 },
  { title: '米饭碗', quantity: 2 },
];
const PAY_BY = '2030-01-01T00:00:00.000Z';

/** Events go nowhere: these tests are about what the shopper sees. */
const eventsUrl = 'http://127.0.0.1:9/';

let folder: string;
let sandbox: SandboxServer;
/** The answers that slow banks owe. */
let owed: (() => void)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorbuster-pay-'));
  for (const name of ['pay', 'assets']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'pay/index.html'), '<title>Sandbox payment</title>');
  writeFileSync(join(folder, 'assets/pay-abc.js'), 'console.log("a page");');
  owed = [];
  const after = (ms: number, task: () => void) => {
    if (ms !== SLOW_BANK_MS) return systemTime.after(ms, task);
    owed.push(task);
    return () => {};
  };
  const pages = readBuiltPages(folder);
  sandbox = await startSandbox({ time: { ...systemTime, after }, eventsUrl, secret, pages });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

let number = 0;

type Shown = Pick<NewPayment, 'returnUrl' | 'lines' | 'payBy'>;

/** Makes a payment. @returns the address of its page */
async function open(shown: Shown = { returnUrl: RETURN_URL }): Promise<string> {
  const id = `drop_0_serial_p${++number}`;
  const provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [secret] });
  const asked = { id, order: 'drop_0_serial', amountMinor: 990, currency: 'CNY', ...shown };
  return String((await makeAt(provider, asked)).checkout.url);
}

const shown = async (url: string) => (await (await fetch(`${url}/payment`)).json()) as object;

/** Sends the form. @returns where the shopper goes next */
async function choose(url: string, outcome: string): Promise<string> {
  const body = new URLSearchParams({ outcome });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location')!, url).href;
}

describe('the page of a payment', () => {
  test('shows what is bought, the amount, the time to pay, and the way back', async () => {
    const url = await open({ returnUrl: RETURN_URL, lines: LINES, payBy: PAY_BY });
    expect(await shown(url)).toEqual({
      ...{ order: 'drop_0_serial', amount: 990, currency: 'CNY', state: 'open', step: 'choice' },
      ...{ lines: LINES, payBy: PAY_BY },
      returnUrl: `${RETURN_URL}?payment=drop_0_serial_p${number}&state=open`,
    });
  });

  test('shows a payment of a service that says no more than the amount', async () => {
    const bare = { amount: 990, lines: [], payBy: null, returnUrl: null };
    expect(await shown(await open({}))).toMatchObject(bare);
  });

  test('lists up to 60 lines, the most that an order has with its gifts', async () => {
    const lines = Array.from({ length: 60 }, () => ({ title: '碗'.repeat(200), quantity: 1 }));
    expect(await shown(await open({ lines }))).toMatchObject({ lines });
    await expect(open({ lines: [...lines, lines[0]!] })).rejects.toThrow();
  });

  test('forgets what was bought when the payment has failed', async () => {
    const url = await open({ returnUrl: RETURN_URL, lines: LINES });
    await choose(url, 'decline');
    expect(await shown(url)).toMatchObject({ state: 'failed', lines: [] });
  });

  test('loads only what the sandbox serves, and comes with its scripts', async () => {
    const page = await fetch(await open());
    expect([page.status, await page.text()]).toEqual([200, '<title>Sandbox payment</title>']);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = await fetch(`${sandbox.url}/assets/pay-abc.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${sandbox.url}/assets/..%2fpay%2findex.html`)).status).toBe(404);
  });

  test('of a payment that the sandbox does not know says so itself', async () => {
    const page = await fetch(`${sandbox.url}/pay/pay_none`);
    expect([page.status, await page.text()]).toEqual([404, '<title>Sandbox payment</title>']);
    expect(await shown(`${sandbox.url}/pay/pay_none`)).toMatchObject({ code: 'not_found' });
  });

  test('that is not built says how to build it, and payments go on', async () => {
    const bare = await startSandbox({ time: systemTime, eventsUrl, secret });
    const answer = await fetch(`${bare.url}/pay/pay_none`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('npm run web') });
    await bare.close();
  });
});

describe('a shopper', () => {
  test.each([
    ['authorize', 'authorized'],
    ['decline', 'failed'],
  ])('who chooses %s is back at the shop at once', async (outcome, state) => {
    const url = await open();
    const back = `${RETURN_URL}?payment=drop_0_serial_p${number}&state=${state}`;
    expect(await choose(url, outcome)).toBe(back);
    expect(await shown(url)).toMatchObject({ state });
  });

  test.each([
    ['authorize', 'authorized'],
    ['decline', 'failed'],
  ])('whom the bank asks first stays, and %s answers it', async (outcome, state) => {
    const url = await open();
    expect(await choose(url, 'challenge')).toBe(url);
    expect(await shown(url)).toMatchObject({ state: 'open', step: 'challenge' });
    expect(await choose(url, outcome)).toContain(`${RETURN_URL}?`);
    expect(await shown(url)).toMatchObject({ state, step: 'choice' });
  });

  test('whose bank takes its time is back before it answers', async () => {
    const url = await open();
    expect(await choose(url, 'slow')).toContain('state=open');
    expect(await shown(url)).toMatchObject({ state: 'open', step: 'bank' });
    owed.forEach((answer) => answer());
    expect(await shown(url)).toMatchObject({ state: 'authorized' });
  });

  test('who asks a slow bank again and again is answered once', async () => {
    const url = await open();
    for (let i = 0; i < 3; i++) await choose(url, 'slow');
    expect(owed).toHaveLength(1);
    owed.forEach((answer) => answer());
    await choose(url, 'slow');
    expect(owed).toHaveLength(1);
    expect(await shown(url)).toMatchObject({ state: 'authorized', step: 'choice' });
  });

  test('who gave up meanwhile is not made to pay by a slow bank', async () => {
    const url = await open();
    await choose(url, 'slow');
    await choose(url, 'decline');
    owed.forEach((answer) => answer());
    expect(await shown(url)).toMatchObject({ state: 'failed' });
  });

  test('who cannot pay any more is refused by a bank that asks', async () => {
    const url = await open();
    await choose(url, 'decline');
    const asked = await fetch(url.replace('/pay/', '/payments/') + '/pay', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'challenge' }),
    });
    expect([asked.status, await asked.json()]).toMatchObject([409, { code: 'not_payable' }]);
  });

  test('who chooses something else is told what there is', async () => {
    const body = new URLSearchParams({ outcome: 'steal' });
    const answer = await fetch(await open(), { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: 'the outcome must be one of authorize, decline, challenge, slow',
    });
  });
});
