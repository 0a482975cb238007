import type { Command } from 'commander';
import type { SaleId } from '../../../domain/ids.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import { saleMoves } from '../../../domain/sale.ts';
import type { SaleMove } from '../../../domain/sale.ts';
import { reasonOf } from '../../../service/sale-file/plan.ts';
import { setSaleState } from '../../../service/terms/change-sale.ts';
import { isConfirmed } from '../confirm.ts';
import { outputOf } from '../output.ts';
import { withCore } from '../session.ts';
import type { Session } from '../session.ts';

/** Processes look for changes every 200 ms. After this pause a sale reported open really sells. */
const KNOWN_WITHIN_MS = 300;

async function move({ core, out, actor }: Session, word: SaleMove, sale: string): Promise<void> {
  const answer = await setSaleState(core, sale as SaleId, word, actor);
  if (word === 'open') await core.time.sleep(KNOWN_WITHIN_MS);
  if (isRefusal(answer)) return out.fail([`${sale}: ${reasonOf(answer)}`], answer.code);
  const { kind, pendingCells } = answer;
  const state = saleMoves[word].to;
  const words =
    pendingCells.length > 0
      ? `${sale}: ${kind}; cells ${pendingCells.join(', ')} follow shortly`
      : `${sale}: ${kind === 'unchanged' ? 'was already ' : ''}${state}`;
  out.say(words, { sale, state, outcome: kind, pendingCells });
}

const SUMMARIES: Readonly<Record<SaleMove, string>> = {
  open: 'Open the sale, dealing its caps to its cells',
  pause: 'Take no orders until the sale is resumed',
  resume: 'Take orders again',
  close: 'Take no more orders; this is final, so it asks',
};

/** What cannot be undone is asked for; where nobody can answer, `--yes` must say it. */
async function close(sale: string, isSure: boolean, command: Command): Promise<void> {
  if (!isSure && !(await isConfirmed(`Close ${sale} for good?`, 'close'))) {
    const why = `${sale}: not closed: type "close" when asked, or pass --yes`;
    return outputOf(command).fail([why]);
  }
  return withCore(command, (session) => move(session, 'close', sale));
}

export function addMoves(sale: Command): void {
  for (const word of Object.keys(saleMoves) as SaleMove[]) {
    const one = sale
      .command(word)
      .argument('<sale>', 'the id of the sale')
      .description(SUMMARIES[word]);
    if (word === 'close') {
      one
        .option('--yes', 'do not ask')
        .action((id: string, { yes = false }: { yes?: boolean }, command: Command) =>
          close(id, yes, command),
        );
    } else {
      one.action((id: string, _: object, command: Command) =>
        withCore(command, (session) => move(session, word, id)),
      );
    }
  }
}
