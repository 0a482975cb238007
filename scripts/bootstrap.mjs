// Prepares a fresh clone for whatever npm script follows, or finds in an instant that it is ready:
// the packages of the lock file, Node 24, a Redis and a Postgres for servers of our own, the pages,
// and a browser for their tests.
// It needs nothing but Node 20 and npm. Usage: node scripts/bootstrap.mjs [--quiet] [script]
import { join } from 'node:path';
import { ensureBrowser } from './bootstrap/browser.mjs';
import { ensureNode } from './bootstrap/node.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { ensureServers } from './bootstrap/servers.mjs';
import { say } from './bootstrap/shell.mjs';
import { ensurePages } from './bootstrap/web.mjs';

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const isQuiet = words.includes('--quiet');
const script =
  words.find((word) => !word.startsWith('--')) ??
  process.env.npm_lifecycle_event?.replace(/^pre/, '') ??
  'cli';

/** Whether the script starts a Redis and a Postgres by itself, rather than being given some. */
function needsServers() {
  const { REDIS_URL, DATABASE_URL, TEST_INFRA } = process.env;
  if (['check', 'format', 'openapi', 'web'].includes(script)) return false;
  if (script === 'start' || script === 'cli') return !(REDIS_URL && DATABASE_URL);
  return TEST_INFRA !== 'docker';
}

/** Scripts that start an api or a sandbox, which serve the pages. */
const servesPages = [
  ...['start', 'sandbox', 'demo', 'test', 'e2e', 'screens'],
  ...['bench', 'chaos', 'chaos:gentle', 'load'],
];
/** Scripts that open the pages in a browser. */
const opensPages = ['test', 'e2e', 'screens'];

try {
  await ensurePackages(root, script);
  const node = await ensureNode(root);
  const servers = needsServers() ? await ensureServers(root) : [];
  if (servesPages.includes(script)) await ensurePages(root, script);
  const browser = opensPages.includes(script) ? await ensureBrowser() : [];
  if (!isQuiet) say([node, ...servers, ...browser].join('; '));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
