import type { Refusal } from '../../domain/refusals.ts';
import { canonicalJson } from '../../domain/terms/canonical-json.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';

/** A field of a thing before and after a change; absent: it has no value. */
export interface FieldChange {
  readonly name: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * What a file does to one thing of a sale. `unchanged`: it is so already · `refused`: it may not be
 * made so, and `why` says the reason. `fields` are those that change, all of them for a new thing.
 */
export interface PlannedChange {
  /** The list of the file that has it, or `sale`. */
  readonly list: List;
  /** Its place in the list. */
  readonly at: number;
  /** What names it within its list. */
  readonly name: string;
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'refused';
  readonly fields: readonly FieldChange[];
  readonly why: Refusal | null;
  /** The thing as it was compared: a change made meanwhile is not overwritten. */
  readonly expected: Expected;
}

export const LISTS = ['sale', 'offers', 'budgets', 'promotions', 'coupons', 'balances'] as const;
export type List = (typeof LISTS)[number];

/** The fields in which two documents differ. */
function fieldChanges(before: object | null, after: object): FieldChange[] {
  const old = new Map(Object.entries(before ?? {}));
  const next = new Map(Object.entries(after));
  const names = [...new Set([...old.keys(), ...next.keys()])];
  const isSame = (name: string) =>
    old.has(name) === next.has(name) &&
    canonicalJson(old.get(name) ?? null) === canonicalJson(next.get(name) ?? null);
  return names
    .filter((name) => name !== 'id' && !isSame(name))
    .map((name) => ({
      name,
      ...(old.has(name) ? { before: old.get(name) } : {}),
      ...(next.has(name) ? { after: next.get(name) } : {}),
    }));
}

type Place = Pick<PlannedChange, 'list' | 'at' | 'name'>;

interface Compared {
  /** Null: there is none. */
  readonly before: object | null;
  readonly after: object;
  /** Null: there is none. */
  readonly version: string | null;
  /** Null: nothing speaks against the change. */
  readonly why: Refusal | null;
}

/** A thing that is so already is never refused. */
export function planned(place: Place, { before, after, version, why }: Compared): PlannedChange {
  const fields = fieldChanges(before, after);
  const expected: Expected =
    version === null ? { kind: 'absent' } : { kind: 'oneOf', versions: [version] };
  if (before && fields.length === 0) {
    return { ...place, outcome: 'unchanged', fields, why: null, expected };
  }
  const outcome = why ? 'refused' : before ? 'changed' : 'created';
  return { ...place, outcome, fields, why, expected };
}

/** Where the file has a thing. */
export const pointerOf = ({ list, at }: Pick<PlannedChange, 'list' | 'at'>): string =>
  list === 'sale' ? '/sale' : `/${list}/${at}`;

/** A refusal in words for people. */
export function reasonOf(refusal: Refusal): string {
  switch (refusal.code) {
    case 'conflict':
      return refusal.detail;
    case 'not_found':
      return 'there is no such sale';
    case 'precondition_failed':
      return 'somebody changed it meanwhile';
    case 'invalid':
      return refusal.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    default:
      return refusal.code;
  }
}

export const conflict = (detail: string | null): Refusal | null =>
  detail === null ? null : { code: 'conflict', detail };
