import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

const page = readFileSync('docs/architecture.md', 'utf8');
const [, chapter = ''] = page.split('## Follow one purchase\n');
const [list = ''] = chapter.split('\n## ');
const files = [...list.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file!);

/** Files reached through the router, the binding of use cases or another process’s bell. */
const hops = [
  'src/http/door/route-policies.ts',
  'src/http/selling/order-routes.ts',
  'src/service/selling/place-order.ts',
  'src/queue/doorbell.ts',
  'src/queue/settle-loop.ts',
];

/** The text that names a file of this path where it is used. */
function nameOf(file: string): string {
  if (file.startsWith('lua/lib/')) return `--@include ${file.slice('lua/'.length, -'.lua'.length)}`;
  if (file.startsWith('lua/')) return `defineScript('${basename(file, '.lua')}'`;
  return `/${basename(file)}'`;
}

test('each file of a purchase is used by a file before it, or reached by a hop', () => {
  const unreached = files.filter((file, i) => {
    const before = files.slice(0, i).map((path) => readFileSync(path, 'utf8'));
    return !before.some((text) => text.includes(nameOf(file)));
  });
  expect(unreached).toEqual(hops);
});

test('no file of a purchase is visited twice', () => {
  expect(files.length).toBeGreaterThan(hops.length);
  expect(new Set(files).size).toBe(files.length);
});
