import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { OfferId, SaleId } from '../../../domain/ids.ts';
import type { Actor } from '../../../domain/people/actor.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import { MAX_CAP, saleMoves } from '../../../domain/sale.ts';
import type { SaleMove } from '../../../domain/sale.ts';
import { readSaleFile } from '../../../http/sale-file/read-sale-file.ts';
import { patchOffer } from '../../../service/terms/change-offer.ts';
import { setSaleState } from '../../../service/terms/change-sale.ts';
import { reopenCells } from '../../../service/cells/reopen-after-release.ts';
import { reasonOf } from '../../../service/sale-file/plan.ts';
import { wholeUpTo } from '../whole-number.ts';
import { applySale, compareSale, told } from './apply-sale.ts';
import { addTrimCommand } from './trim-sales.ts';
import { cliActor, fail, say, withCore } from '../session.ts';
import { capWords, showSale } from './show-sale.ts';

async function apply(
  path: string,
  { dryRun = false }: { readonly dryRun?: boolean },
  command: Command,
): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: Error) => error);
  if (text instanceof Error) return fail([`${path}: ${text.message}`]);
  const read = readSaleFile(text, path);
  if (read.kind === 'faults') {
    return fail(read.faults.map(({ pointer, detail }) => `${path}: ${pointer || '/'}: ${detail}`));
  }
  await withCore((core) =>
    dryRun ? compareSale(core, read) : applySale(core, read, cliActor(command)),
  );
}

/** Processes look for changes every 200 ms. After this pause a sale reported open really sells. */
const KNOWN_WITHIN_MS = 300;

async function move(word: SaleMove, sale: string, actor: Actor): Promise<void> {
  await withCore(async (core) => {
    const answer = await setSaleState(core, sale as SaleId, word, actor);
    if (word === 'open') await core.time.sleep(KNOWN_WITHIN_MS);
    if (told(sale, answer) && answer.pendingCells.length === 0) {
      say(`${sale}: ${answer.kind === 'unchanged' ? 'was already ' : ''}${saleMoves[word].to}`);
    }
  });
}

async function cap(sale: string, offer: string, units: number, actor: Actor): Promise<void> {
  await withCore(async (core) => {
    const patch = { cap: units };
    const patched = await patchOffer(core, sale as SaleId, offer as OfferId, patch, actor);
    if (isRefusal(patched)) {
      if (!core.directory.sale(sale)) return fail([`${sale}: ${reasonOf({ code: 'not_found' })}`]);
      const why = patched.code === 'not_found' ? 'there is no such offer' : reasonOf(patched);
      return fail([`${sale}/${offer}: ${why}`]);
    }
    say(capWords(offer, patched.cap));
    const { pendingCells } = patched;
    if (pendingCells.length > 0) say(`cells ${pendingCells.join(', ')} follow shortly`);
  });
}

async function reopen(sale: string, _: object, command: Command): Promise<void> {
  await withCore(async (core) => {
    const done = await reopenCells(core, sale as SaleId, cliActor(command));
    if (isRefusal(done)) return fail([`${sale}: ${reasonOf(done)}`]);
    say(
      `${sale}: ${done.cells.length === 0 ? 'nothing to open' : `opened ${done.cells.join(', ')}`}`,
    );
  });
}

const SUMMARIES: Readonly<Record<SaleMove, string>> = {
  open: 'Open the sale, dealing its caps to its cells',
  pause: 'Take no orders until the sale is resumed',
  resume: 'Take orders again',
  close: 'Take no more orders; this is final',
};

function addMoves(sale: Command): void {
  for (const word of Object.keys(saleMoves) as SaleMove[]) {
    sale
      .command(word)
      .argument('<sale>', 'the id of the sale')
      .description(SUMMARIES[word])
      .action((id: string, _, command: Command) => move(word, id, cliActor(command)));
  }
}

export function addSaleCommands(program: Command): void {
  const sale = program.command('sale').description('Create sales and run them');
  sale
    .command('apply')
    .argument('<file>', 'a JSON file, see examples/ and docs/sale.schema.json')
    .description(
      'Create a sale with all it has, or change it to what the file says. If a part is refused, ' +
        'nothing is applied: fix the file, then apply it again',
    )
    .option('--dry-run', 'print what the file would change, and change nothing')
    .action(apply);
  addMoves(sale);
  sale
    .command('cap')
    .argument('<sale>', 'the id of the sale')
    .argument('<offer>', 'the id of the offer')
    .argument('<units>', 'units that may be sold in all', wholeUpTo(MAX_CAP, 0))
    .description('Raise or cut the cap of an offer while it is on sale')
    .action((id: string, offer: string, units: number, _, command: Command) =>
      cap(id, offer, units, cliActor(command)),
    );
  sale
    .command('reopen')
    .argument('<sale>', 'the id of the sale')
    .description(
      'Take the cells that another release has. Running processes do that by themselves after an ' +
        'update; this is for going back to an older release, and for updates from before ' +
        'protocol 4. Stop the processes of the other release first',
    )
    .action(reopen);
  sale
    .command('show')
    .argument('<sale>', 'the id of the sale')
    .description('Show the sale and its cells, and where its units, budgets and promotions stand')
    .action((id: string) => withCore((core) => showSale(core, id)));
  addTrimCommand(sale);
}
