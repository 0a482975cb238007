import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { installLocked } from './npm.mjs';
import { ask, withProgress } from './shell.mjs';

/** Installs the packages of the lock file, unless exactly those are installed. */
export async function ensurePackages(root) {
  const stamp = join(root, 'node_modules/.doorbuster-lock');
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (textOf(stamp) === wanted) return;
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
