import type { Actor } from '../../../domain/people/actor.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import { systemTime } from '../../../platform/time.ts';
import type { Changed } from '../../../service/cells/apply-change-to-cells.ts';
import { applyFile, compareFile } from '../../../service/sale-file/apply-file.ts';
import type { FilePlan } from '../../../service/sale-file/apply-file.ts';
import { LISTS, reasonOf } from '../../../service/sale-file/plan.ts';
import type { FieldChange, PlannedChange } from '../../../service/sale-file/plan.ts';
import type { SaleDocument } from '../../../service/sale-file/sale-contents.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { progress } from '../progress.ts';
import { fail, note, say } from '../session.ts';

/** Says how a change went. @returns false when it was refused */
export function told(what: string, answer: Changed | Refusal): answer is Changed {
  if (isRefusal(answer)) fail([`${what}: ${reasonOf(answer)}`]);
  else if (answer.pendingCells.length > 0) {
    say(`${what}: ${answer.kind}; cells ${answer.pendingCells.join(', ')} follow shortly`);
  }
  return !isRefusal(answer);
}

const nameOf = (sale: string, { list, name }: PlannedChange): string =>
  list === 'sale' ? sale : `${sale}/${name}`;

/** Says for the sale and for each list how many of its things are new or change. */
function saySums(sale: string, { changes }: FilePlan): void {
  for (const list of LISTS) {
    const own = changes.filter((change) => change.list === list);
    const count = (word: string) => own.filter(({ outcome }) => outcome === word).length;
    if (list === 'sale') say(`${sale}: ${own[0]!.outcome}`);
    else if (own.length > 0 || list === 'offers') {
      const [created, changed] = [count('created'), count('changed')];
      say(`${list}: ${created} created, ${changed} changed, ${count('unchanged')} unchanged`);
    }
  }
}

const NOTHING_APPLIED = 'Nothing is applied. Fix the file, then apply it again.';

/** @returns whether the plan has no refusal */
function tellRefusals(sale: string, { changes }: FilePlan): boolean {
  const refused = changes.filter(({ outcome }) => outcome === 'refused');
  if (refused.length === 0) return true;
  fail(refused.map((change) => `${nameOf(sale, change)}: ${reasonOf(change.why!)}`));
  return false;
}

/** Brings a sale to what its file says. Lists that the file leaves out stay as they are. */
export async function applySale(core: Core, document: SaleDocument, actor: Actor): Promise<void> {
  const { id } = document;
  let step: ((done: number) => void) | null = null;
  const onPut = (done: number, due: number) => {
    step ??= progress('changes', due, { time: systemTime, tell: note });
    step(done);
  };
  const applied = await applyFile(core, document, actor, undefined, onPut);
  if (isRefusal(applied)) return fail([`${id}: ${reasonOf(applied)}`]);
  const { plan } = applied;
  if (applied.kind === 'refused') {
    tellRefusals(id, plan);
    return note(NOTHING_APPLIED);
  }
  if (applied.kind === 'stopped') {
    fail([`${nameOf(id, applied.at)}: ${reasonOf(applied.why)}`]);
    return note('Everything before it is applied. Apply the file again.');
  }
  saySums(id, plan);
  const { pendingCells } = applied;
  if (pendingCells.length > 0) say(`cells ${pendingCells.join(', ')} follow shortly`);
}

const valueOf = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

const fieldWords = ({ name, before, after }: FieldChange): string =>
  `  ${name}: ${valueOf(before)} → ${valueOf(after)}`;

/** Prints what a file would change, without changing it. */
export async function compareSale(core: Core, document: SaleDocument): Promise<void> {
  const { id } = document;
  const plan = await compareFile(core, document);
  for (const change of plan.changes) {
    if (change.outcome !== 'created' && change.outcome !== 'changed') continue;
    say(`${nameOf(id, change)}: ${change.outcome}`);
    if (change.outcome === 'changed') for (const field of change.fields) say(fieldWords(field));
  }
  if (tellRefusals(id, plan)) saySums(id, plan);
}
