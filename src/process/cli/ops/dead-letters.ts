import Table from 'cli-table3';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { CellId } from '../../../domain/ids.ts';
import type { Actor } from '../../../domain/people/actor.ts';
import {
  listDeadLetters,
  releaseDeadLetter,
  replayDeadLetter,
} from '../../../ledger/cells/dead-letters.ts';
import type { DeadLetter } from '../../../ledger/cells/dead-letters.ts';
import { isAway } from '../../../platform/is-away.ts';
import { bringUpToDate } from '../../../service/cells/bring-cell-up-to-date.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { PLAIN } from '../output.ts';
import { misuse, withCore } from '../session.ts';
import type { Session } from '../session.ts';

const DEAD_STATES = ['buried', 'replayed', 'released'] as const;

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

interface Chosen {
  readonly state: DeadLetter['state'];
  readonly sale?: string;
}

async function listLetters({ core, out }: Session, { state, sale }: Chosen): Promise<void> {
  const chosen = { state, ...(sale === undefined ? {} : { sale }) };
  const letters = await listDeadLetters(core.pool, chosen);
  out.list(letters, { empty: 'no dead letters', table: () => table(letters) });
}

const refusals = {
  unknown: 'there is no such dead letter',
  resolved: 'it was already replayed or released',
  unreadable: 'this entry cannot be read, so it can only be released',
  poison: 'the ledger still refuses it: fix the cause first',
} as const;

/**
 * The cell that learns of the release of this letter through its next instruction. Null when there
 * is none, or when 1000 older letters are buried: then the cell learns of it from the worker.
 */
async function cellToTell({ pool }: Core, id: number): Promise<CellId | null> {
  const buried = await listDeadLetters(pool, { state: 'buried' });
  const letter = buried.find((other) => other.id === id && other.body !== null);
  return letter ? { sale: letter.sale, cell: letter.cell } : null;
}

/** The ledger has the release already: after an outage the worker tells the cell. */
async function tell(core: Core, cell: CellId): Promise<boolean> {
  try {
    return (await bringUpToDate(core, cell)) !== 'displaced';
  } catch (error) {
    if (!isAway(error)) throw error;
    return false;
  }
}

type Act = (core: Core, id: number, actor: Actor) => Promise<string>;

const replay: Act = ({ pool }, id, actor) => replayDeadLetter(pool, id, actor);

async function release(core: Core, id: number, actor: Actor): Promise<string> {
  const cell = await cellToTell(core, id);
  const outcome = await releaseDeadLetter(core.pool, id, actor);
  if (outcome !== 'released' || (cell && (await tell(core, cell)))) return outcome;
  return 'released; its cell follows shortly';
}

async function act(run: Act, id: string, command: Command): Promise<void> {
  if (!/^\d{1,15}$/.test(id)) return misuse(command, [`not the id of a dead letter: ${id}`]);
  await withCore(command, async ({ core, out, actor }) => {
    const outcome = await run(core, Number(id), actor);
    if (!(outcome in refusals)) return out.say(`${id}: ${outcome}`, { id: Number(id), outcome });
    const word = outcome as keyof typeof refusals;
    out.fail([`${id}: ${refusals[word]}`], word === 'unknown' ? 'not_found' : 'conflict');
  });
}

export function addDeadLetterCommands(program: Command): void {
  const letters = program
    .command('dead-letters')
    .description('Orders and claims that were acknowledged but could not be settled');
  letters
    .command('list', { isDefault: true })
    .description('List dead letters; without --state, the buried ones')
    .addOption(
      new Option('--state <state>', 'what became of them').choices(DEAD_STATES).default('buried'),
    )
    .option('--sale <sale>', 'only those of this sale')
    .action((chosen: Chosen, command: Command) =>
      withCore(command, (session) => listLetters(session, chosen)),
    );
  letters
    .command('replay')
    .argument('<id>', 'the id of the dead letter, as listed')
    .description('Settle the order or claim, once you have fixed the cause')
    .action((id: string, _, command: Command) => act(replay, id, command));
  letters
    .command('release')
    .argument('<id>', 'the id of the dead letter, as listed')
    .description('Give up the order or claim: all it took and its key become free')
    .action((id: string, _, command: Command) => act(release, id, command));
}
