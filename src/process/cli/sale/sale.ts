import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { OfferId, SaleId } from '../../../domain/ids.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import { MAX_CAP } from '../../../domain/sale.ts';
import { readSaleFile } from '../../../http/sale-file/read-sale-file.ts';
import { reopenCells } from '../../../service/cells/reopen-after-release.ts';
import { reasonOf } from '../../../service/sale-file/plan.ts';
import type { SaleDocument } from '../../../service/sale-file/sale-contents.ts';
import { patchOffer } from '../../../service/terms/change-offer.ts';
import { outputOf } from '../output.ts';
import { withCore } from '../session.ts';
import type { Session } from '../session.ts';
import { wholeUpTo } from '../whole-number.ts';
import { applySale, compareSale } from './apply-sale.ts';
import { addListCommand } from './list-sales.ts';
import { addMoves } from './move-sale.ts';
import { capWords, showSale } from './show-sale.ts';
import { addTrimCommand } from './trim-sales.ts';

const STANDARD_INPUT = '-';
const FILE = 'a JSON file, see examples/ and docs/sale.schema.json; -: read standard input';

/** Reads a sale file, and works on the sale that it describes. */
async function withFile(
  path: string,
  command: Command,
  work: (session: Session, document: SaleDocument) => Promise<void>,
): Promise<void> {
  const out = outputOf(command);
  const isPiped = path === STANDARD_INPUT;
  const name = isPiped ? 'standard input' : path;
  const reading = isPiped ? text(process.stdin) : readFile(path, 'utf8');
  const contents = await reading.catch((error: Error) => error);
  if (contents instanceof Error) return out.fail([`${name}: ${contents.message}`]);
  const read = readSaleFile(contents, name);
  if (read.kind === 'faults') {
    const faults = read.faults.map(
      ({ pointer, detail }) => `${name}: ${pointer || '/'}: ${detail}`,
    );
    return out.fail(faults, 'invalid');
  }
  return withCore(command, (session) => work(session, read));
}

async function cap(session: Session, sale: string, offer: string, units: number): Promise<void> {
  const { core, out, actor } = session;
  const patch = { cap: units };
  const patched = await patchOffer(core, sale as SaleId, offer as OfferId, patch, actor);
  if (isRefusal(patched)) {
    if (!core.directory.sale(sale)) {
      return out.fail([`${sale}: ${reasonOf({ code: 'not_found' })}`], 'not_found');
    }
    const why = patched.code === 'not_found' ? 'there is no such offer' : reasonOf(patched);
    return out.fail([`${sale}/${offer}: ${why}`], patched.code);
  }
  const { pendingCells } = patched;
  const late = pendingCells.length > 0 ? [`cells ${pendingCells.join(', ')} follow shortly`] : [];
  const document = { sale, offer, cap: patched.cap, pendingCells };
  out.say([capWords(offer, patched.cap), ...late].join('\n'), document);
}

async function reopen({ core, out, actor }: Session, sale: string): Promise<void> {
  const done = await reopenCells(core, sale as SaleId, actor);
  if (isRefusal(done)) return out.fail([`${sale}: ${reasonOf(done)}`], done.code);
  const { cells } = done;
  const words = cells.length === 0 ? 'nothing to open' : `opened ${cells.join(', ')}`;
  out.say(`${sale}: ${words}`, { sale, opened: cells });
}

function addFileCommands(sale: Command): void {
  sale
    .command('apply')
    .argument('<file>', FILE)
    .description(
      'Create a sale with all it has, or change it to what the file says. If a part is refused, ' +
        'nothing is applied: fix the file, then apply it again',
    )
    .option('--dry-run', 'print what the file would change, as diff does, and change nothing')
    .action((path: string, { dryRun }: { dryRun?: boolean }, command: Command) =>
      withFile(path, command, dryRun ? compareSale : applySale),
    );
  sale
    .command('diff')
    .argument('<file>', FILE)
    .description(
      'Print what a file would change. It exits with 1 if a part would be refused, or the file ' +
        'cannot be read or is not valid',
    )
    .action((path: string, _: object, command: Command) => withFile(path, command, compareSale));
}

export function addSaleCommands(program: Command): void {
  const sale = program.command('sale').description('Create sales and run them');
  addListCommand(sale);
  addFileCommands(sale);
  addMoves(sale);
  sale
    .command('cap')
    .argument('<sale>', 'the id of the sale')
    .argument('<offer>', 'the id of the offer')
    .argument('<units>', 'units that may be sold in all', wholeUpTo(MAX_CAP, 0))
    .description('Raise or cut the cap of an offer while it is on sale')
    .action((id: string, offer: string, units: number, _: object, command: Command) =>
      withCore(command, (session) => cap(session, id, offer, units)),
    );
  sale
    .command('reopen')
    .argument('<sale>', 'the id of the sale')
    .description(
      'Take the cells that another release has. Running processes do that by themselves after an ' +
        'update; this is for going back to an older release, and for updates from before ' +
        'protocol 4. Stop the processes of the other release first',
    )
    .action((id: string, _: object, command: Command) =>
      withCore(command, (session) => reopen(session, id)),
    );
  sale
    .command('show')
    .argument('<sale>', 'the id of the sale')
    .description('Show the sale and its cells, and where its units, budgets and promotions stand')
    .action((id: string, _: object, command: Command) =>
      withCore(command, (session) => showSale(session, id)),
    );
  addTrimCommand(sale);
}
