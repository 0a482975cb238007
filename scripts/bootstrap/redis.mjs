import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cached } from './cache.mjs';
import { dockerImage } from './docker.mjs';
import { ask, run, withProgress } from './shell.mjs';

const leastMajor = 7;

/** `redis-check-rdb` is the server under another name: which of them it is, its name decides. */
const launcher = `#!/bin/bash
folder=$(cd "$(dirname "$0")" && pwd)
libraries=$(find "$folder/usr/lib" -name '*.so*' -printf '%h\\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec -a redis-server "$folder/usr/bin/redis-check-rdb" "$@"
`;

/** Finds a Redis ≥ 7, or fetches one: `{ command | image, from }`, or `undefined`. */
export async function findRedis() {
  return (await redisOnPath()) ?? (await privateRedis()) ?? (await dockerImage('Redis', 'redis:7'));
}

async function redisOnPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of folders) {
      const found = await checked(join(folder, name), folder);
      if (found) return found;
    }
  }
  return undefined;
}

/** A server that starts and is new enough, else `undefined`. */
async function checked(command, place) {
  const isThere = await access(command).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const [, product, version] =
    (await ask(command, ['--version']))?.match(/(Redis|Valkey) server v=([\d.]+)/) ?? [];
  if (!version || Number.parseInt(version, 10) < leastMajor) return undefined;
  return { command, from: `${product} ${version} from ${place}` };
}

/** Unpacks the distribution's packages into the private cache; the system stays as it is. */
async function privateRedis() {
  if (!(await ask('apt-get', ['--version'])) || !(await ask('dpkg-deb', ['--version']))) return;
  try {
    const folder = await withProgress('fetching Redis into the private cache', () =>
      cached(`redis-${process.arch}`, unpackRedis),
    );
    return await checked(join(folder, 'redis-server'), 'the private cache');
  } catch {
    return undefined;
  }
}

async function unpackRedis(folder) {
  const apt = join(folder, 'apt');
  for (const sub of ['lists/partial', 'cache/archives/partial', 'debs']) {
    await mkdir(join(apt, sub), { recursive: true });
  }
  const settings = {
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::Cache': join(apt, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': 'root',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const aptGet = (...args) => run('apt-get', [...args, ...flags], { cwd: join(apt, 'debs') });
  await aptGet('update');
  const plan = await aptGet('install', '--simulate', '--no-install-recommends', 'redis-tools');
  const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  await aptGet('download', ...new Set(['redis-tools', ...missing]));
  for (const name of await readdir(join(apt, 'debs'))) {
    await run('dpkg-deb', ['-x', join(apt, 'debs', name), folder]);
  }
  await rm(apt, { recursive: true });
  await writeFile(join(folder, 'redis-server'), launcher, { mode: 0o755 });
}
