import { readFile } from 'node:fs/promises';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove } from '../../domain/sale.ts';
import type { SaleId } from '../../domain/ids.ts';
import { readSaleFile } from '../../http/sale-file.ts';
import { unitsOfSale } from '../../ledger/audit.ts';
import { setSaleState } from '../../service/change-sale.ts';
import { applySale, told } from './apply-sale.ts';
import { PLAIN, fail, say, withCore } from './session.ts';

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

async function show(id: string): Promise<void> {
  await withCore(async ({ directory, pool }) => {
    const place = directory.sale(id);
    if (!place) return fail([`there is no sale ${id}`]);
    const { sale, cells } = place;
    const [opens, closes] = [sale.opensAtMs, sale.closesAtMs].map((t) => new Date(t).toISOString());
    say(`${sale.id} "${sale.name}" · ${sale.state} · ${opens} to ${closes} · ${sale.currency}`);
    for (const { id: cell, epoch, state } of cells) {
      say(`cell ${cell.cell}: ${state}, epoch ${epoch}`);
    }
    const head = [
      'offer',
      'store',
      'price (minor)',
      'cap',
      'unassigned',
      'allotted',
      'held',
      'sold',
    ];
    const table = new Table({ head, style: PLAIN });
    const units = new Map((await unitsOfSale(pool, id)).map((row) => [row.offer, row]));
    for (const offer of sale.offers) {
      const row = units.get(offer.id)!;
      const { cap, unassigned, allotted, held, sold } = row;
      table.push([offer.id, offer.store, offer.priceMinor, cap, unassigned, allotted, held, sold]);
    }
    say(table.toString());
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
    .description('Its state, its cells, and where its units stand')
    .action(show);
}
