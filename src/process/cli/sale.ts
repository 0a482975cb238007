import { readFile } from 'node:fs/promises';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove } from '../../domain/sale.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { readSaleFile } from '../../http/sale-file.ts';
import type { SaleDocument } from '../../http/sale-file.ts';
import { unitsOfSale } from '../../ledger/audit.ts';
import { setOffer, setSale, setSaleState } from '../../service/change-sale.ts';
import type { Changed } from '../../service/change-sale.ts';
import type { Core } from '../wire.ts';
import { progress } from './progress.ts';
import { PLAIN, fail, note, say, withCore } from './session.ts';

/** A refusal, in the words a person needs. */
function reason(refusal: Refusal): string {
  if (refusal.code === 'conflict') return refusal.detail;
  if (refusal.code === 'not_found') return 'there is no such sale';
  return refusal.code;
}

/** @returns false when it was refused, and says why */
function told(what: string, answer: Changed | Refusal): answer is Changed {
  if ('code' in answer) fail([`${what}: ${reason(answer)}`]);
  else if (answer.pendingCells.length > 0) {
    say(`${what}: ${answer.kind}; cells ${answer.pendingCells.join(', ')} follow shortly`);
  }
  return !('code' in answer);
}

async function applySale(core: Core, { id, terms, offers }: SaleDocument): Promise<void> {
  const sale = await setSale(core, id, terms);
  if (!told(id, sale)) return;
  const kinds = { created: 0, changed: 0, unchanged: 0 };
  const step = progress('offers', offers.length, { nowMs: () => performance.now(), tell: note });
  for (const [at, offer] of offers.entries()) {
    const answer = await setOffer(core, id, offer, null);
    if (!told(`${id}/${offer.id}`, answer)) return;
    kinds[answer.kind]++;
    step(at + 1);
  }
  const { created, changed, unchanged } = kinds;
  say(`${id}: ${sale.kind}`);
  say(`offers: ${created} created, ${changed} changed, ${unchanged} unchanged`);
}

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
    .description('Make a sale with its offers, or bring it to what the file says')
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
