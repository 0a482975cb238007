import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JWT_SECRET, signFor } from '../../proof/builders/secrets.ts';
import { withBrowser } from '../world/browser/browser.ts';
import { Visit } from '../world/browser/visit.ts';
import { environmentOf } from '../world/servers/command.ts';
import { ServiceRun } from '../world/servers/service-run.ts';
import { withWorld } from '../world/servers/with-stage.ts';
import type { World } from '../world/servers/world.ts';

let browser: Browser;
let world: World;
let run: ServiceRun;
let origin: string;
let platformUrl: string;
/** What the platform was asked for. */
const asked: URL[] = [];

/** Signs everyone in as an operator, and sends them back with the token in the fragment. */
const platform = createServer((request, answer) => {
  const url = new URL(request.url!, platformUrl);
  asked.push(url);
  const token = signFor(JWT_SECRET, { sub: 'olaf', role: 'operator' });
  const location = `${url.searchParams.get('return_to')}#token=${token}`;
  answer.writeHead(302, { location }).end();
});

withBrowser((launched) => (browser = launched));
withWorld('file', (made) => (world = made));
beforeAll(async () => {
  platform.listen(0, '127.0.0.1');
  await once(platform, 'listening');
  platformUrl = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  const SIGN_IN_URL = `${platformUrl}/in?app=sales`;
  run = new ServiceRun([], { ...environmentOf(world), SIGN_IN_URL });
  origin = await run.url();
});
afterAll(async () => {
  platform.close();
  run?.signal('SIGTERM');
  await run?.ended;
});

test('the platform signs a visitor in, and brings them back without a token in sight', async () => {
  const allows = new RegExp(`^request: ${platformUrl}/in`);
  const visited = await Visit.begin(browser, { origin, allows });
  const { page } = visited;
  await visited.open('/ops?filter=open');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByText('olaf').first().waitFor({ state: 'attached' });
  expect(page.url()).toBe(`${origin}/ops?filter=open`);
  expect(asked.map(({ pathname }) => pathname)).toEqual(['/in']);
  expect(Object.fromEntries(asked[0]!.searchParams)).toEqual({
    app: 'sales',
    return_to: `${origin}/ops?filter=open`,
  });
});
