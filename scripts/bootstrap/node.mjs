import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from './shell.mjs';

const leastMajor = 24;

/** Says which Node the npm scripts get: the lock file's, or one ≥ 24 from PATH; throws without. */
export async function ensureNode(root) {
  if (existsSync(join(root, 'node_modules/.bin/node'))) {
    const file = join(root, `node_modules/node-linux-${process.arch}/package.json`);
    return `Node ${JSON.parse(await readFile(file, 'utf8')).version}`;
  }
  const version = (await ask('node', ['--version']))?.trim().slice(1) ?? 'none';
  if (Number.parseInt(version, 10) >= leastMajor) return `Node ${version}`;
  throw new Error(`Node ${leastMajor} or newer is needed, found ${version}: https://nodejs.org`);
}
