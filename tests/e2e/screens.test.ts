import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JWT_SECRET } from '../../proof/builders/secrets.ts';
import { Cleanup } from '../../proof/fleet/cleanup.ts';
import { makeFolder } from '../../proof/fleet/own-servers.ts';
import { prepareScene } from '../../proof/screens/scene/prepare-scene.ts';
import type { Things } from '../../proof/screens/scene/prepare-scene.ts';
import { allShots } from '../../proof/screens/shots/all-shots.ts';
import { fileOf, looksAt } from '../../proof/screens/shots/looks.ts';
import type { Look } from '../../proof/screens/shots/looks.ts';
import { openView } from '../../proof/screens/shots/take.ts';
import { withBrowser } from '../world/browser/browser.ts';
import { blocksOf, differenceOf } from '../world/browser/compare-pictures.ts';
import { withWorld } from '../world/servers/with-stage.ts';
import type { World } from '../world/servers/world.ts';

const SCREENS = join(import.meta.dirname, '../../docs/screens');
/**
 * The mean difference of two pictures of one view, from other orders, times and curves. Another
 * theme gives 0.8, a page without its styles 0.1, another view 0.03 and more.
 */
const TOLERANCE = 0.02;

const cleanup = new Cleanup();
let browser: Browser;
let world: World;
let things: Things;
withBrowser((launched) => (browser = launched));
withWorld('file', (made) => (world = made));
beforeAll(async () => {
  const { redisUrl, databaseUrl } = world;
  const servers = { redisUrl, databaseUrl, jwtSecret: JWT_SECRET };
  const folder = makeFolder('screens', cleanup);
  things = await prepareScene(servers, folder, cleanup, () => {});
});
afterAll(() => cleanup.run());

/** A phone in the light and a desk in the dark. */
const isCompared = ({ width, theme, locale }: Look): boolean =>
  locale === 'en-GB' && (theme === 'light') === (width === 375);

const pictures = allShots.flatMap((shot) =>
  looksAt(shot)
    .filter(isCompared)
    .map((look) => ({ file: fileOf(shot, look), shot: { ...shot, openMs: 0 }, look })),
);

test.each(pictures)('$file shows the page as it is', async ({ file, shot, look }) => {
  const view = await openView(browser, shot, look, things);
  const taken = await view.take(look);
  await view.close();
  const committed = readFileSync(join(SCREENS, file));
  const [now, before] = await blocksOf(browser, [taken, committed]);
  expect(differenceOf(now!, before!)).toBeLessThan(TOLERANCE);
});
