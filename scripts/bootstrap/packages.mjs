import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { installLocked } from './npm.mjs';
import { ask, withProgress } from './shell.mjs';

/** Scripts that run the product; all others also need the development packages. */
const productScripts = new Set(['start', 'cli', 'sandbox']);

/**
 * Installs the packages of the lock file, unless exactly those are installed. The product's own
 * scripts also accept an installation without development packages (`npm ci --omit=dev`).
 */
export async function ensurePackages(root, script) {
  const stamp = join(root, 'node_modules/.doorbuster-lock');
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (textOf(stamp) === wanted) return;
  if (productScripts.has(script) && hasProductPackages(root, lock)) return;
  const install = async () => {
    if (textOf(stamp) === wanted) return;
    await installLocked(root);
    await dropForeignNode(root);
    await writeFile(stamp, wanted);
  };
  await withProgress('installing packages', () =>
    withLock(join(root, '.doorbuster/bootstrap.lock'), install),
  );
}

/** Compares npm's own record of what it installed with the lock file. */
export function hasProductPackages(root, lock) {
  const record = textOf(join(root, 'node_modules/.package-lock.json'));
  const installed = record ? JSON.parse(record).packages : {};
  return Object.entries(JSON.parse(lock).packages).every(([path, wanted]) => {
    const isNeeded = path !== '' && !wanted.dev && !wanted.devOptional && !wanted.optional;
    return !isNeeded || installed[path]?.version === wanted.version;
  });
}

/** The registry's Node wants glibc; where it does not run, it must not hide one that does. */
async function dropForeignNode(root) {
  const binary = join(root, 'node_modules/.bin/node');
  if (!(await ask(binary, ['--version']))) await rm(binary, { force: true });
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
