import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentOf } from '../../world/servers/command.ts';
import { ServiceRun } from '../../world/servers/service-run.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const SIGN_IN_URL = 'https://id.shop.example/sign-in';

let world: World;
let run: ServiceRun;
let url: string;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  run = new ServiceRun(['--role', 'api'], { ...environmentOf(world), SIGN_IN_URL });
  url = await run.url();
});
afterAll(async () => {
  run?.signal('SIGTERM');
  await run?.ended;
});

test('on a database of yours a service signs nobody in: the route does not exist', async () => {
  const answer = await fetch(`${url}/sign-in/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'operator', name: 'olaf' }),
  });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'not_found' });
});

test('its pages are told where the platform signs people in', async () => {
  const answer = await fetch(`${url}/sign-in/ways`);
  expect(await answer.json()).toEqual({ url: SIGN_IN_URL, isOpen: false });
});
