import { existsSync, lstatSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const privateCache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'doorbuster');

/**
 * The folder of this name in the private cache. `fill(draft)` makes its content in a temporary
 * folder which is then renamed: a half-made one is never seen, and of two that race one wins.
 */
export async function cached(name, fill, root = privateCache) {
  await mkdir(root, { recursive: true });
  if (process.getuid && lstatSync(root).uid !== process.getuid()) {
    throw new Error(`${root} belongs to another user`);
  }
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  const draft = await mkdtemp(join(root, `.${name}-`));
  try {
    await fill(draft);
    await chmod(draft, 0o755);
    await rename(draft, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
