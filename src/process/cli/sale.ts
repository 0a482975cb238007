import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove } from '../../domain/sale.ts';
import type { SaleId } from '../../domain/ids.ts';
import { readSaleFile } from '../../http/sale-file.ts';
import { setSaleState } from '../../service/change-sale.ts';
import { applySale, told } from './apply-sale.ts';
import { fail, say, withCore } from './session.ts';
import { showSale } from './show-sale.ts';

async function apply(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: Error) => error);
  if (text instanceof Error) return fail([`${path}: ${text.message}`]);
  const read = readSaleFile(text, path);
  if (read.kind === 'faults') {
    return fail(read.faults.map(({ pointer, detail }) => `${path}: ${pointer || '/'}: ${detail}`));
  }
  await withCore((core) => applySale(core, read));
}

async function move(word: SaleMove, sale: string): Promise<void> {
  await withCore(async (core) => {
    const answer = await setSaleState(core, sale as SaleId, word);
    if (told(sale, answer) && answer.pendingCells.length === 0) {
      say(`${sale}: ${answer.kind === 'unchanged' ? 'was already ' : ''}${saleMoves[word].to}`);
    }
  });
}

const SUMMARIES: Readonly<Record<SaleMove, string>> = {
  open: 'Open it: its caps are dealt to its cells',
  pause: 'Take no orders for now',
  resume: 'Take orders again',
  close: 'Take no orders any more, for good',
};

export function addSaleCommands(program: Command): void {
  const sale = program.command('sale').description('Make sales and run them');
  sale
    .command('apply')
    .argument('<file>', 'a JSON file, see examples/ and docs/sale.schema.json')
    .description('Make a sale with all it has, or bring it to what the file says')
    .action(apply);
  for (const word of Object.keys(saleMoves) as SaleMove[]) {
    sale
      .command(word)
      .argument('<sale>')
      .description(SUMMARIES[word])
      .action((id: string) => move(word, id));
  }
  sale
    .command('show')
    .argument('<sale>')
    .description('Its state, its cells, and where its units, budgets and promotions stand')
    .action((id: string) => withCore((core) => showSale(core, id)));
}
