import Table from 'cli-table3';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { CellId } from '../../../domain/ids.ts';
import type { Actor } from '../../../domain/people/actor.ts';
import {
  DEAD_LETTER_STATES,
  findDeadLetter,
  listDeadLetters,
  releaseDeadLetter,
  replayDeadLetter,
} from '../../../ledger/cells/dead-letters.ts';
import type { DeadLetter, DeadLetterState } from '../../../ledger/cells/dead-letters.ts';
import { isAway } from '../../../platform/is-away.ts';
import { bringUpToDate } from '../../../service/cells/bring-cell-up-to-date.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { PLAIN } from '../output.ts';
import { misuse, withCore } from '../session.ts';
import type { Session } from '../session.ts';

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
  readonly state: DeadLetterState;
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
} as const;

/** The cell that learns of the release of this letter through its next instruction. */
async function cellToTell({ pool }: Core, id: number): Promise<CellId | null> {
  const letter = await findDeadLetter(pool, id);
  return letter?.body ? { sale: letter.sale, cell: letter.cell } : null;
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

/** What became of the letter; `why`: the ledger still refuses it. */
type Act = (core: Core, id: number, actor: Actor) => Promise<string | { readonly why: string }>;

const replay: Act = async ({ pool }, id, actor) => {
  const outcome = await replayDeadLetter(pool, id, actor);
  if (typeof outcome === 'string') return outcome;
  const { sqlstate, reason } = outcome;
  return { why: `the ledger still refuses it (${sqlstate}: ${reason}): fix the cause first` };
};

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
    if (typeof outcome !== 'string') return out.fail([`${id}: ${outcome.why}`], 'conflict');
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
      new Option('--state <state>', 'what became of them')
        .choices(DEAD_LETTER_STATES)
        .default('buried'),
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
