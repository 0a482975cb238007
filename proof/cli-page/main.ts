/** Writes docs/cli.md: `npm run cli:page`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { createProgram } from '../../src/process/cli/program/program.ts';
import { endAfterParsing } from '../../src/process/exit-codes.ts';
import { overviewPage } from './overview-page.ts';

new Command('cli:page')
  .description('Write docs/cli.md from the commands')
  .allowExcessArguments(false)
  .exitOverride(endAfterParsing)
  .parse();

const page = join(import.meta.dirname, '..', '..', 'docs', 'cli.md');
writeFileSync(page, await overviewPage(createProgram()));
process.stdout.write('docs/cli.md: written\n');
