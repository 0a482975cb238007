// Builds the pages anew, whether or not anything has changed. Usage: node scripts/web.mjs
import { join } from 'node:path';
import { buildPages } from './bootstrap/web.mjs';
import { say } from './bootstrap/shell.mjs';

try {
  say(await buildPages(join(import.meta.dirname, '..')));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
