import Table from 'cli-table3';
import type { Command } from 'commander';
import type { CellNumbers } from '../../../cell/cells/snapshot.ts';
import { cellName } from '../../../domain/ids.ts';
import type { SaleId } from '../../../domain/ids.ts';
import { MAX_CELLS } from '../../../domain/sale.ts';
import { acceptGaps } from '../../../ledger/cells/gaps.ts';
import { recordRebuild } from '../../../ledger/cells/record-rebuild.ts';
import { listCells } from '../../../ledger/cell-rows.ts';
import type { ListedCell } from '../../../ledger/cell-rows.ts';
import { SILENT_BECAUSE, askNumbers } from '../../../service/cells/cell-standings.ts';
import type { Recovery } from '../../../service/cells/recover-cell.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { wholeUpTo } from '../whole-number.ts';
import { PLAIN } from '../output.ts';
import { misuse, withCore } from '../session.ts';
import type { Session } from '../session.ts';

/** What Redis says of a cell, or why it says nothing. */
async function askCell(core: Core, id: ListedCell): Promise<CellNumbers | string> {
  const address = core.directory.cell(id);
  if (!address?.shas) return 'not opened';
  const said = await askNumbers(address);
  return typeof said === 'string' ? SILENT_BECAUSE[said] : said;
}

interface AskedCell {
  readonly cell: ListedCell;
  readonly said: CellNumbers | string;
}

/** One row of the table; what only Redis knows is empty when it says nothing. */
function row({ cell, said }: AskedCell): (string | number)[] {
  const { epoch, state, protocol, settledOrders, lastInstruction } = cell;
  const known = [cellName(cell), epoch, state, protocol];
  if (typeof said === 'string') return [...known, said, settledOrders, '', '', ''];
  const unsettled = Math.max(0, said.placed - settledOrders);
  const watermark = `${said.watermark} of ${said.seq}`;
  const instructions = `${said.inbox} of ${lastInstruction}`;
  return [...known, said.state, settledOrders, unsettled, watermark, instructions];
}

const numbersOf = ({ state, placed, seq, watermark, inbox }: CellNumbers) => ({
  state,
  placedOrders: placed,
  lastEntry: seq,
  watermark,
  lastInstruction: inbox,
});

/** `redis` is what the cell says of itself, or why it says nothing. */
const documentOf = ({ cell, said }: AskedCell) => ({
  ...cell,
  redis: typeof said === 'string' ? said : numbersOf(said),
});

const HEAD = [
  ...['cell', 'epoch', 'state', 'protocol', 'in Redis', 'settled orders', 'unsettled orders'],
  ...['watermark', 'instructions'],
];

function tableOf(cells: readonly AskedCell[]): string {
  const table = new Table({ head: HEAD, style: PLAIN });
  for (const cell of cells) table.push(row(cell));
  return table.toString();
}

/** The cells that a person names: those of every sale, of a sale, or one. */
interface Named {
  readonly sale?: string;
  readonly cell?: number;
}

async function list({ core, out }: Session, { sale, cell }: Named): Promise<void> {
  if (sale !== undefined && !core.directory.sale(sale)) {
    return out.fail([`there is no sale ${sale}`], 'not_found');
  }
  const found = await listCells(core.pool, sale ?? null);
  const cells = found.filter((one) => cell === undefined || one.cell === cell);
  if (cell !== undefined && cells.length === 0) {
    return out.fail([`${sale} has no cell ${cell}`], 'not_found');
  }
  const asked: AskedCell[] = [];
  for (const one of cells) asked.push({ cell: one, said: await askCell(core, one) });
  out.list(asked, { empty: 'no cells', table: () => tableOf(asked) }, documentOf);
}

const FAILED = {
  in_progress: 'another process is recovering it',
  overtaken: 'another recovery took over; look again with `cell list`',
} as const satisfies Partial<Record<Recovery, string>>;

async function recoverOne(session: Session, { sale, cell }: Required<Named>): Promise<void> {
  const { core, out, actor } = session;
  const known = core.directory.sale(sale);
  if (!known) return out.fail([`there is no sale ${sale}`], 'not_found');
  const seen = known.cells[cell];
  if (!seen) return out.fail([`${sale} has no cell ${cell}`], 'not_found');
  const name = cellName(seen.id);
  if (!seen.isOurProtocol) {
    return out.fail([`${name}: another release has it; see \`sale reopen\``], 'conflict');
  }
  await recordRebuild(core.pool, actor, 'recover', seen);
  const outcome = await core.recoverOnce.recover(seen.id, seen);
  if (outcome instanceof Error) throw outcome;
  if (outcome in FAILED) {
    return out.fail([`${name}: ${FAILED[outcome as keyof typeof FAILED]}`], 'conflict');
  }
  const { state, epoch } = core.directory.cell(seen.id)!;
  const how = outcome === 'opened' ? 'recovered' : 'another process recovered it';
  const before = `it was ${seen.state} in epoch ${seen.epoch}`;
  out.say(`${name}: ${how}; ${before} and is ${state} in epoch ${epoch}`, {
    ...seen.id,
    byThisCommand: outcome === 'opened',
    before: { state: seen.state, epoch: seen.epoch },
    after: { state, epoch },
  });
}

async function acceptLoss({ core, out, actor }: Session, sale: string): Promise<void> {
  const accepted = await acceptGaps(core.pool, sale as SaleId, actor);
  if (accepted.length === 0) return out.fail([`${sale}: nothing is told as lost`], 'not_found');
  const lines = accepted.map(({ cell, epoch, firstSeq, lastSeq, orders }) => {
    const what = `${orders ?? 'an unknown number of'} orders or claims`;
    return `${sale}.${cell}: entries ${epoch}-${firstSeq} to ${lastSeq}, ${what}: accepted as lost`;
  });
  out.say(lines.join('\n'), { sale, accepted });
}

const cellNumber = wholeUpTo(MAX_CELLS - 1, 0);

/** A cell is named in two words or, as everywhere else, in one: `SALE.CELL`. */
function named(command: Command, sale?: string, cell?: number): Named {
  const [, ofSale, number] = /^(.*)\.(\d+)$/.exec(sale ?? '') ?? [];
  if (ofSale === undefined || number === undefined) {
    return { ...(sale === undefined ? {} : { sale }), ...(cell === undefined ? {} : { cell }) };
  }
  if (cell !== undefined) return misuse(command, [`${sale} names a cell already`]);
  if (Number(number) >= MAX_CELLS) return misuse(command, [`${sale} is not the name of a cell`]);
  return { sale: ofSale, cell: Number(number) };
}

function recover(sale: string, cell: number | undefined, command: Command): Promise<void> {
  const one = named(command, sale, cell);
  if (one.sale === undefined || one.cell === undefined) {
    return misuse(command, ['name the cell, as SALE CELL or SALE.CELL']);
  }
  const chosen = { sale: one.sale, cell: one.cell };
  return withCore(command, (session) => recoverOne(session, chosen));
}

export function addCellCommands(program: Command): void {
  const cell = program.command('cell').description('The parts of a sale in Redis');
  cell
    .command('list', { isDefault: true })
    .argument('[sale]', 'only the cells of this sale; or one cell, as SALE.CELL')
    .argument('[cell]', 'only this cell of it, from 0', cellNumber)
    .description('List cells: their epoch and state in the ledger, and what Redis says of them')
    .action((sale: string | undefined, number: number | undefined, _, command: Command) => {
      const chosen = named(command, sale, number);
      return withCore(command, (session) => list(session, chosen));
    });
  cell
    .command('recover')
    .argument('<sale>', 'the id of the sale; or the cell, as SALE.CELL')
    .argument('[cell]', 'the number of the cell, from 0', cellNumber)
    .description('Rebuild a cell from the ledger; its orders are kept, and it is busy meanwhile')
    .action((sale: string, number: number | undefined, _, command: Command) =>
      recover(sale, number, command),
    );
  cell
    .command('accept-loss')
    .argument('<sale>', 'the id of the sale')
    .description('Take lost orders of a sale off the audit, once you have dealt with them')
    .action((sale: string, _, command: Command) =>
      withCore(command, (session) => acceptLoss(session, sale)),
    );
}
