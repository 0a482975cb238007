import Table from 'cli-table3';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Actor } from '../../../domain/people/actor.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import { DEAD_LETTER_STATES, listDeadLetters } from '../../../ledger/cells/dead-letters.ts';
import type { DeadLetter, DeadLetterState } from '../../../ledger/cells/dead-letters.ts';
import { releaseLetter, replayLetter } from '../../../service/ops/dead-letters.ts';
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

/** What operators do with a dead letter, as over HTTP. */
type Act = (core: Core, id: number, actor: Actor) => ReturnType<typeof replayLetter>;

const whyNot = (refusal: Refusal): string =>
  'detail' in refusal && refusal.detail ? refusal.detail : 'there is no such dead letter';

async function act(run: Act, id: string, command: Command): Promise<void> {
  if (!/^\d{1,15}$/.test(id)) return misuse(command, [`not the id of a dead letter: ${id}`]);
  await withCore(command, async ({ core, out, actor }) => {
    const done = await run(core, Number(id), actor);
    if (isRefusal(done)) return out.fail([`${id}: ${whyNot(done)}`], done.code);
    const { state: outcome } = done;
    out.say(`${id}: ${outcome}`, { id: Number(id), outcome });
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
    .action((id: string, _, command: Command) => act(replayLetter, id, command));
  letters
    .command('release')
    .argument('<id>', 'the id of the dead letter, as listed')
    .description('Give up the order or claim: all it took and its key become free')
    .action((id: string, _, command: Command) => act(releaseLetter, id, command));
}
