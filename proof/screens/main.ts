import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../browser/launch-browser.ts';
import { makeFolder, startOwnServers } from '../fleet/own-servers.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { readOptions } from './options.ts';
import type { ScreensOptions } from './options.ts';
import { prepareScene } from './scene/prepare-scene.ts';
import { allShots } from './shots/all-shots.ts';
import { fileOf, looksAt } from './shots/looks.ts';
import type { Shot } from './shots/shot.ts';
import { openView } from './shots/take.ts';
import type { OpenView } from './shots/take.ts';

async function takeAll({ out, only }: ScreensOptions, cleanup: Cleanup): Promise<number> {
  const planned = allShots.flatMap((shot) =>
    looksAt(shot).map((look) => ({ shot, look, file: fileOf(shot, look) })),
  );
  const wanted = planned.filter(({ file }) => file.includes(only));
  if (wanted.length === 0) throw new Error(`no picture has "${only}" in its name`);
  const folder = makeFolder('screens', cleanup);
  const { redis, postgres, jwtSecret } = await startOwnServers(folder, cleanup);
  const servers = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret };
  const tell = ({ message }: Error) => note(`rush: ${message}`);
  const things = await prepareScene(servers, folder, cleanup, tell);
  const browser = await launchBrowser();
  cleanup.add(() => browser.close());
  mkdirSync(out, { recursive: true });
  // A view that draws what comes meanwhile is open from the beginning, once for all its looks.
  const opened = new Map<Shot, OpenView>();
  for (const { shot, look } of wanted) {
    if (shot.openMs === undefined || opened.has(shot)) continue;
    opened.set(shot, await openView(browser, shot, look, things));
  }
  for (const { shot, look, file } of wanted) {
    const known = opened.get(shot);
    const view = known ?? (await openView(browser, shot, look, things));
    writeFileSync(join(out, file), await view.take(look));
    if (!known) await view.close();
    say(file);
  }
  say(`${wanted.length} pictures in ${out}`);
  return 0;
}

const options = readOptions(process.argv);
await runProgram('screens', (cleanup) => takeAll(options, cleanup));
