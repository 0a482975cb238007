/** Writes docs/openapi.json and client/generated: `npm run openapi`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { endAfterParsing } from '../../src/process/exit-codes.ts';
import { apiDocument } from './api-document.ts';
import { generateClient } from './generate-client.ts';

new Command('openapi')
  .description('Write docs/openapi.json from the routes, and client/generated from it')
  .allowExcessArguments(false)
  .exitOverride(endAfterParsing)
  .parse();

const ROOT = join(import.meta.dirname, '..', '..');

const document = join(ROOT, 'docs', 'openapi.json');
writeFileSync(document, await apiDocument());
await generateClient(document, join(ROOT, 'client', 'generated'));
process.stdout.write('docs/openapi.json and client/generated: written\n');
