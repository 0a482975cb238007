import { isRefusal } from '../../../domain/refusals.ts';
import { planView } from '../../../http/sale-file/plan-view.ts';
import { systemTime } from '../../../platform/time.ts';
import { applyFile, compareFile } from '../../../service/sale-file/apply-file.ts';
import type { FilePlan } from '../../../service/sale-file/apply-file.ts';
import { LISTS, reasonOf } from '../../../service/sale-file/plan.ts';
import type { FieldChange, PlannedChange } from '../../../service/sale-file/plan.ts';
import type { SaleDocument } from '../../../service/sale-file/sale-contents.ts';
import { progress } from '../progress.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';

const nameOf = (sale: string, { list, name }: PlannedChange): string =>
  list === 'sale' ? sale : `${sale}/${name}`;

/** Says for the sale and for each list how many of its things are new or change. */
function sums(sale: string, { changes }: FilePlan): string[] {
  return LISTS.flatMap((list) => {
    const own = changes.filter((change) => change.list === list);
    const count = (word: string) => own.filter(({ outcome }) => outcome === word).length;
    if (list === 'sale') return [`${sale}: ${own[0]!.outcome}`];
    if (own.length === 0 && list !== 'offers') return [];
    const [created, changed] = [count('created'), count('changed')];
    return [`${list}: ${created} created, ${changed} changed, ${count('unchanged')} unchanged`];
  });
}

const NOTHING_APPLIED = 'Nothing is applied. Fix the file, then apply it again.';

/** @returns whether the plan has a refusal */
function failsOnRefusals(out: Output, sale: string, { changes }: FilePlan): boolean {
  const refused = changes.filter(({ outcome }) => outcome === 'refused');
  if (refused.length === 0) return false;
  const lines = refused.map((change) => `${nameOf(sale, change)}: ${reasonOf(change.why!)}`);
  out.fail(lines, 'conflict');
  return true;
}

/** Brings a sale to what its file says. Lists that the file leaves out stay as they are. */
export async function applySale(session: Session, document: SaleDocument): Promise<void> {
  const { core, out, actor } = session;
  const { id } = document;
  let step: ((done: number) => void) | null = null;
  const onPut = (done: number, due: number) => {
    step ??= progress('changes', due, { time: systemTime, tell: (line) => out.note(line) });
    step(done);
  };
  const applied = await applyFile(core, document, actor, undefined, onPut);
  if (isRefusal(applied)) return out.fail([`${id}: ${reasonOf(applied)}`], applied.code);
  const { plan } = applied;
  if (applied.kind === 'refused') {
    failsOnRefusals(out, id, plan);
    return out.note(NOTHING_APPLIED);
  }
  if (applied.kind === 'stopped') {
    out.fail([`${nameOf(id, applied.at)}: ${reasonOf(applied.why)}`], applied.why.code);
    return out.note('Everything before it is applied. Apply the file again.');
  }
  const { pendingCells } = applied;
  const late = pendingCells.length > 0 ? [`cells ${pendingCells.join(', ')} follow shortly`] : [];
  out.say([...sums(id, plan), ...late].join('\n'), planView(id, plan, pendingCells));
}

const valueOf = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

const fieldWords = ({ name, before, after }: FieldChange): string =>
  `  ${name}: ${valueOf(before)} → ${valueOf(after)}`;

/** The things that are new or change, and how. */
function differences(sale: string, { changes }: FilePlan): string[] {
  return changes.flatMap((change) => {
    const { outcome, fields } = change;
    if (outcome !== 'created' && outcome !== 'changed') return [];
    const how = outcome === 'changed' ? fields.map(fieldWords) : [];
    return [`${nameOf(sale, change)}: ${outcome}`, ...how];
  });
}

/** Prints what a file would change, without changing it. */
export async function compareSale({ core, out }: Session, document: SaleDocument): Promise<void> {
  const { id } = document;
  const plan = await compareFile(core, document);
  const isRefused = plan.changes.some(({ outcome }) => outcome === 'refused');
  const words = [...differences(id, plan), ...(isRefused ? [] : sums(id, plan))];
  if (out.isJson || words.length > 0) out.say(words.join('\n'), planView(id, plan, null));
  failsOnRefusals(out, id, plan);
}
