import Table from 'cli-table3';
import type { Command } from 'commander';
import {
  listDeadLetters,
  releaseDeadLetter,
  replayDeadLetter,
} from '../../ledger/cells/dead-letters.ts';
import type { DeadLetter } from '../../ledger/cells/dead-letters.ts';
import { migrate } from '../../ledger/migrate.ts';
import type { CellId } from '../../domain/ids.ts';
import { isAway } from '../../platform/is-away.ts';
import { audit } from '../../service/audit.ts';
import { bringUpToDate } from '../../service/cells/bring-up-to-date.ts';
import { commandEnvironment } from '../own-or-external-servers.ts';
import type { Core } from '../wiring/wire-core.ts';
import { PLAIN, fail, say, withCore } from './session.ts';

const DEAD_STATES = ['buried', 'replayed', 'released'] as const;

async function auditSale(core: Core, sale: string): Promise<number> {
  const place = core.directory.sale(sale);
  const result = place && (await audit(core, place.sale.id));
  if (!result) {
    fail([`there is no sale ${sale}`]);
    return 0;
  }
  const { brokenPromises, units } = result;
  const stand = Object.entries(units).map(([name, count]) => `${name} ${count}`);
  say(`${sale}: ${brokenPromises.length} broken promises · ${stand.join(' · ')}`);
  for (const { promise, subject, detail } of brokenPromises) {
    say(`  ${promise} ${subject}: ${detail}`);
  }
  return brokenPromises.length;
}

async function auditAll(sales: readonly string[]): Promise<void> {
  await withCore(async (core) => {
    const chosen = sales.length > 0 ? sales : core.directory.sales().map(({ sale }) => sale.id);
    let broken = 0;
    for (const sale of chosen) broken += await auditSale(core, sale);
    if (broken > 0) process.exitCode = 1;
  });
}

function table(letters: readonly DeadLetter[]): string {
  const out = new Table({
    head: ['id', 'cell', 'entry', 'order or claim', 'state', 'SQLSTATE', 'reason'],
    style: PLAIN,
  });
  for (const letter of letters) {
    const cell = `${letter.sale}.${letter.cell}`;
    const entry = `${letter.epoch}-${letter.seq}`;
    const { id, orderId, state, sqlstate, reason } = letter;
    out.push([id, cell, entry, orderId ?? '(the entry)', state, sqlstate ?? '', reason]);
  }
  return out.toString();
}

async function listLetters({ state, sale }: { state?: string; sale?: string }): Promise<void> {
  if (state !== undefined && !DEAD_STATES.some((known) => known === state)) {
    fail([`--state must be one of ${DEAD_STATES.join(', ')}`]);
    return;
  }
  await withCore(async ({ pool }) => {
    const letters = await listDeadLetters(pool, {
      ...(state === undefined ? {} : { state: state as DeadLetter['state'] }),
      ...(sale === undefined ? {} : { sale }),
    });
    say(letters.length === 0 ? 'no dead letters' : table(letters));
  });
}

const refusals = {
  unknown: 'there is no such dead letter',
  resolved: 'it was replayed or released before',
  unreadable: 'an entry that cannot be read has nothing to settle; it can be released',
  poison: 'the ledger still refuses it: mend the cause first',
} as const;

/**
 * The cell whose next instruction would be the release of this letter; null when there is none, or
 * when 1000 older ones are buried: then the worker tells it, as it tells every cell now and then.
 */
async function cellToTell({ pool }: Core, id: number): Promise<CellId | null> {
  const buried = await listDeadLetters(pool, { state: 'buried' });
  const letter = buried.find((other) => other.id === id && other.body !== null);
  return letter ? { sale: letter.sale, cell: letter.cell } : null;
}

/** The release itself is in the ledger by now: an outage only leaves the telling to the worker. */
async function tell(core: Core, cell: CellId): Promise<boolean> {
  try {
    return (await bringUpToDate(core, cell)) !== 'displaced';
  } catch (error) {
    if (!isAway(error)) throw error;
    return false;
  }
}

async function release(core: Core, id: number): Promise<string> {
  const cell = await cellToTell(core, id);
  const outcome = await releaseDeadLetter(core.pool, id);
  if (outcome !== 'released' || (cell && (await tell(core, cell)))) return outcome;
  return 'released; its cell follows shortly';
}

async function act(run: (core: Core, id: number) => Promise<string>, id: string): Promise<void> {
  if (!/^\d{1,15}$/.test(id)) return fail([`not the id of a dead letter: ${id}`]);
  await withCore(async (core) => {
    const outcome = await run(core, Number(id));
    if (outcome in refusals) fail([`${id}: ${refusals[outcome as keyof typeof refusals]}`]);
    else say(`${id}: ${outcome}`);
  });
}

export function addAuditCommands(program: Command): void {
  program
    .command('audit')
    .argument('[sale...]', 'sales to audit; all live ones without')
    .description('Hold the cells and the ledger against each other; exit 1 on any broken promise')
    .action(auditAll);
  program
    .command('migrate')
    .description('Bring the database to this release')
    .action(async () => {
      const applied = await migrate(commandEnvironment().databaseUrl);
      say(applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`);
    });
  const letters = program
    .command('dead-letters')
    .description('What was acknowledged but could not be settled');
  letters
    .command('list', { isDefault: true })
    .option('--state <state>', 'buried, replayed or released', 'buried')
    .option('--sale <sale>', 'of one sale only')
    .action(listLetters);
  letters
    .command('replay')
    .argument('<id>')
    .description('Settle it now that its cause is mended')
    .action((id: string) => act(({ pool }, letter) => replayDeadLetter(pool, letter), id));
  letters
    .command('release')
    .argument('<id>')
    .description('Give the order or claim up: all it took and its key are free again')
    .action((id: string) => act(release, id));
}
