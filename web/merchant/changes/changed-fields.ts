import type { Change } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';
import { sameValue } from '../saving/same-value.ts';

/** One field of a thing, before and after; undefined: it was not there. */
export interface ChangedField {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The fields that a change made different, in the order of the thing. */
export function changedFields({
  before,
  after,
}: Pick<Change, 'before' | 'after'>): readonly ChangedField[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...Object.keys(now), ...Object.keys(old)])];
  return names
    .map((name) => ({ name, before: old[name], after: now[name] }))
    .filter((field) => !sameValue(field.before ?? null, field.after ?? null));
}

/** Whether a change touched a field of a thing that existed. @param field empty: any change */
export const touches = (change: Change, field: string): boolean =>
  field === '' ||
  (change.before !== null && changedFields(change).some(({ name }) => name === field));
