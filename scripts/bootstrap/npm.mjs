import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './shell.mjs';

/**
 * The environment for an npm of our own: without what the npm that started us handed down (its
 * settings would become ours), and without the Node of the folder that is about to be replaced.
 */
function cleanEnvironment() {
  const inherited = /^npm_(config|lifecycle|package)_/i;
  const kept = Object.entries(process.env).filter(([name]) => !inherited.test(name));
  const folders = (process.env.PATH ?? '').split(delimiter);
  const path = folders.filter((folder) => !folder.endsWith(join('node_modules', '.bin')));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}

/** No package needs its install scripts: what they would build has a fallback in JavaScript. */
const quiet = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
];

/** Installs exactly what the lock file says into `root`. */
export function installLocked(root) {
  return run('npm', ['ci', ...quiet], { cwd: root, env: cleanEnvironment() });
}

/** Installs one package and returns the folder of its content. */
export async function installPackage(name, version, folder) {
  await mkdir(folder);
  const flags = ['--prefix', '.', '--no-package-lock', ...quiet];
  await run('npm', ['install', ...flags, `${name}@${version}`], {
    cwd: folder,
    env: cleanEnvironment(),
  });
  return join(folder, 'node_modules', name);
}
