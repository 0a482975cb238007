import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { withLock } from './lock.mjs';
import { run, say, withProgress } from './shell.mjs';

/** All that decides what the built pages are. */
const sources = [
  'client',
  'package-lock.json',
  'scripts/bootstrap/web.mjs',
  'tsconfig.json',
  'web',
];
const builtPath = '.doorbuster/web';
const stampName = 'stamp';
/** Scripts that fail when the pages cannot be built. All others go on without pages. */
const strictScripts = new Set(['e2e', 'test']);
const viteProgram = 'node_modules/vite/bin/vite.js';

const codings = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

/**
 * Builds the pages unless those of exactly these sources are built. The api also starts without
 * them, so only tests fail when they cannot be built.
 */
export async function ensurePages(root, script) {
  if (stampOf(root) === wantedStamp(root)) return;
  // An installation for production has no build tools.
  if (!existsSync(join(root, viteProgram)) && !strictScripts.has(script)) return;
  try {
    await withProgress('building the pages', () => buildUnless(root, isFresh));
  } catch (error) {
    if (strictScripts.has(script)) throw error;
    say(`the pages are not built: ${error.message}`);
  }
}

/** Builds the pages in any case. @returns a sentence about them */
export async function buildPages(root) {
  await withProgress('building the pages', () => buildUnless(root, () => false));
  return `the pages are built: ${builtPath}`;
}

const isFresh = (root) => stampOf(root) === wantedStamp(root);

/** One process at a time builds; a half-built folder is never seen. */
function buildUnless(root, isDone) {
  return withLock(join(root, '.doorbuster/web.lock'), async () => {
    if (isDone(root)) return;
    const stamp = wantedStamp(root);
    const [draft, old] = ['web-draft', 'web-old'].map((name) => join(root, '.doorbuster', name));
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await runVite(root, draft);
    await compressAll(draft);
    await writeFile(join(draft, stampName), stamp);
    await rm(old, { recursive: true, force: true });
    const built = join(root, builtPath);
    if (existsSync(built)) await rename(built, old);
    await rename(draft, built);
    await rm(old, { recursive: true, force: true });
  });
}

async function runVite(root, outDir) {
  // Settings of a test run, such as NODE_ENV, are none of the build's.
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  const args = ['build', '--config', 'web/vite.config.ts', '--outDir', outDir];
  // Vite wants a later Node than the bootstrap does.
  const own = join(root, 'node_modules/.bin/node');
  const node = existsSync(own) ? own : process.execPath;
  await run(node, [join(root, viteProgram), ...args], { cwd: root, env });
}

/** Puts a `.br` and a `.gz` beside each file, as small as can be: nobody waits for them. */
async function compressAll(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const bytes = await readFile(file);
    for (const [name, compress] of Object.entries(codings)) {
      await writeFile(`${file}.${name}`, await compress(bytes));
    }
  }
}

function stampOf(root) {
  try {
    return readFileSync(join(root, builtPath, stampName), 'utf8');
  } catch {
    return undefined;
  }
}

/** A hash over the paths and contents of all sources. */
export function wantedStamp(root) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap((source) => filesAt(root, source))) {
    const bytes = readFileSync(join(root, path));
    hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

function filesAt(root, path) {
  if (path.includes('.')) return existsSync(join(root, path)) ? [path] : [];
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((file) => join(file.parentPath ?? file.path, file.name).slice(join(root, '/').length))
    .sort();
}
