/** Writes docs/openapi.json: `npm run openapi`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { apiDocument } from './api-document.ts';

new Command('openapi').description('Write docs/openapi.json from the routes').parse();

const ROOT = join(import.meta.dirname, '..', '..');

const document = join(ROOT, 'docs', 'openapi.json');
writeFileSync(document, await apiDocument());
process.stdout.write('docs/openapi.json: written\n');
