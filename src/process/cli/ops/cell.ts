import Table from 'cli-table3';
import type { Command } from 'commander';
import type { CellNumbers } from '../../../cell/cells/snapshot.ts';
import { cellName } from '../../../domain/ids.ts';
import type { SaleId } from '../../../domain/ids.ts';
import type { Actor } from '../../../domain/people/actor.ts';
import { MAX_CELLS } from '../../../domain/sale.ts';
import { acceptGaps } from '../../../ledger/cells/gaps.ts';
import { recordRebuild } from '../../../ledger/cells/record-rebuild.ts';
import { listCells } from '../../../ledger/cell-rows.ts';
import type { ListedCell } from '../../../ledger/cell-rows.ts';
import { SILENT_BECAUSE, askNumbers } from '../../../service/cells/cell-standings.ts';
import type { Recovery } from '../../../service/cells/recover-cell.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { wholeUpTo } from '../whole-number.ts';
import { PLAIN, cliActor, fail, say, withCore } from '../session.ts';

/** What Redis says of a cell, or why it says nothing. */
async function askCell(core: Core, id: ListedCell): Promise<CellNumbers | string> {
  const address = core.directory.cell(id);
  if (!address?.shas) return 'not opened';
  const said = await askNumbers(address);
  return typeof said === 'string' ? SILENT_BECAUSE[said] : said;
}

/** One row of the table; what only Redis knows is empty when it says nothing. */
function row(cell: ListedCell, said: CellNumbers | string): (string | number)[] {
  const { epoch, state, protocol, settledOrders, lastInstruction } = cell;
  const known = [cellName(cell), epoch, state, protocol];
  if (typeof said === 'string') return [...known, said, settledOrders, '', '', ''];
  const unsettled = Math.max(0, said.placed - settledOrders);
  const watermark = `${said.watermark} of ${said.seq}`;
  const instructions = `${said.inbox} of ${lastInstruction}`;
  return [...known, said.state, settledOrders, unsettled, watermark, instructions];
}

const HEAD = [
  ...['cell', 'epoch', 'state', 'protocol', 'in Redis', 'settled orders', 'unsettled orders'],
  ...['watermark', 'instructions'],
];

async function list(sale: string | undefined): Promise<void> {
  await withCore(async (core) => {
    if (sale !== undefined && !core.directory.sale(sale)) return fail([`there is no sale ${sale}`]);
    const cells = await listCells(core.pool, sale ?? null);
    if (cells.length === 0) return say('no cells');
    const table = new Table({ head: HEAD, style: PLAIN });
    for (const cell of cells) table.push(row(cell, await askCell(core, cell)));
    say(table.toString());
  });
}

const FAILED = {
  in_progress: 'another process is recovering it',
  overtaken: 'another recovery took over; look again with `cell list`',
} as const satisfies Partial<Record<Recovery, string>>;

async function recoverOne(core: Core, sale: string, number: number, actor: Actor): Promise<void> {
  const known = core.directory.sale(sale);
  if (!known) return fail([`there is no sale ${sale}`]);
  const seen = known.cells[number];
  if (!seen) return fail([`${sale} has no cell ${number}`]);
  const name = cellName(seen.id);
  if (!seen.isOurProtocol) {
    return fail([`${name}: another release has it; see \`sale reopen\``]);
  }
  await recordRebuild(core.pool, actor, 'recover', seen);
  const outcome = await core.recoverOnce.recover(seen.id, seen);
  if (outcome instanceof Error) throw outcome;
  if (outcome in FAILED) return fail([`${name}: ${FAILED[outcome as keyof typeof FAILED]}`]);
  const present = core.directory.cell(seen.id)!;
  const how = outcome === 'opened' ? 'recovered' : 'another process recovered it';
  const before = `it was ${seen.state} in epoch ${seen.epoch}`;
  say(`${name}: ${how}; ${before} and is ${present.state} in epoch ${present.epoch}`);
}

async function acceptLoss({ pool }: Core, sale: string, actor: Actor): Promise<void> {
  const accepted = await acceptGaps(pool, sale as SaleId, actor);
  if (accepted.length === 0) return fail([`${sale}: nothing is told as lost`]);
  for (const { cell, epoch, firstSeq, lastSeq, orders } of accepted) {
    const what = `${orders ?? 'an unknown number of'} orders or claims`;
    say(`${sale}.${cell}: entries ${epoch}-${firstSeq} to ${lastSeq}, ${what}: accepted as lost`);
  }
}

export function addCellCommands(program: Command): void {
  const cell = program.command('cell').description('The parts of a sale in Redis');
  cell
    .command('list', { isDefault: true })
    .argument('[sale]', 'only the cells of this sale')
    .description('List cells: their epoch and state in the ledger, and what Redis says of them')
    .action(list);
  cell
    .command('recover')
    .argument('<sale>', 'the id of the sale')
    .argument('<cell>', 'the number of the cell, from 0', wholeUpTo(MAX_CELLS - 1, 0))
    .description('Rebuild a cell from the ledger; its orders are kept, and it is busy meanwhile')
    .action((sale: string, number: number, _, command: Command) =>
      withCore((core) => recoverOne(core, sale, number, cliActor(command))),
    );
  cell
    .command('accept-loss')
    .argument('<sale>', 'the id of the sale')
    .description('Take lost orders of a sale off the audit, once you have dealt with them')
    .action((sale: string, _, command: Command) =>
      withCore((core) => acceptLoss(core, sale, cliActor(command))),
    );
}
