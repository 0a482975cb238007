import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { overviewPage } from '../../../proof/cli-page/overview-page.ts';
import { nodesOf } from '../../../src/process/cli/program/command-tree.ts';
import { createProgram } from '../../../src/process/cli/program/program.ts';

const page = readFileSync('docs/cli.md', 'utf8');
const program = createProgram();

test('docs/cli.md is what `npm run cli:page` writes', async () => {
  expect(page).toBe(await overviewPage(program));
});

test('docs/cli.md has each command and each option that --help shows', () => {
  const terms = nodesOf(program).flatMap(({ command }) => {
    const help = command.createHelp();
    return [
      ...help
        .visibleOptions(command)
        .filter(({ long }) => long !== '--help')
        .map(help.optionTerm),
      ...(command.parent
        ? [`./doorbuster ${help.commandUsage(command).replace('doorbuster ', '')}`]
        : []),
    ];
  });
  const shown = terms.filter((term) => !term.includes('[command]'));
  expect(shown.filter((term) => !page.includes(`\`${term}\``))).toEqual([]);
});
