import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
// @ts-expect-error The bootstrap is plain JavaScript: it runs before anything is installed.
import { findBrowser } from '../../../scripts/bootstrap/browser.mjs';
// @ts-expect-error The bootstrap is plain JavaScript: it runs before anything is installed.
import { ensurePages, wantedStamp } from '../../../scripts/bootstrap/web.mjs';

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  const files = ['web/shop/main.tsx', 'client/index.ts', 'package-lock.json', 'tsconfig.json'];
  for (const path of [...files, 'scripts/bootstrap/web.mjs']) write(path, path);
});
afterEach(() => rmSync(root, { recursive: true }));

test('pages are stale as soon as a source of theirs differs, and only then', () => {
  const stamps = [wantedStamp(root)];
  write('src/http/app.ts', 'other');
  expect(wantedStamp(root)).toBe(stamps[0]);
  for (const path of [
    'web/shop/main.tsx',
    'client/index.ts',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    write(path, 'other');
    stamps.push(wantedStamp(root));
  }
  renameSync(join(root, 'web/shop/main.tsx'), join(root, 'web/shop/start.tsx'));
  stamps.push(wantedStamp(root));
  expect(new Set(stamps).size).toBe(6);
});

test('pages that are built of the same sources are not built again', async () => {
  write('.doorbuster/web/stamp', wantedStamp(root));
  // There is nothing to build them with.
  await ensurePages(root, 'e2e');
});

test('without build tools the service starts, and the tests of pages do not', async () => {
  await ensurePages(root, 'start');
  expect(existsSync(join(root, '.doorbuster/web'))).toBe(false);
  await expect(ensurePages(root, 'e2e')).rejects.toThrow('vite');
  expect(existsSync(join(root, '.doorbuster/web'))).toBe(false);
});

test('a browser is found by its path, else by name, and only if it is a program', () => {
  expect(findBrowser({ CHROMIUM_PATH: '/opt/chromium', PATH: root })).toBe('/opt/chromium');
  write('bin/chromium', '');
  const PATH = join(root, 'bin');
  expect(findBrowser({ PATH })).toBeUndefined();
  writeFileSync(join(PATH, 'google-chrome'), '', { mode: 0o755 });
  expect(findBrowser({ PATH })).toBe(join(PATH, 'google-chrome'));
});
