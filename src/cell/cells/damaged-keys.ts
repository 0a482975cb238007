import type { CellEpoch } from '../cell-address.ts';
import { SEALS } from '../keys.ts';
import type { CellKeys } from '../keys.ts';
import { META_FIELDS } from './load-contents.ts';

type Answer = [error: Error | null, answer: unknown];

const TEXTS = ['state', 'tag', 'access'];
const NUMBER = /^\d{1,15}$/;
const sealed = Object.entries(SEALS) as [keyof typeof SEALS, string][];

/** What is wrong with a key that must have its seal. */
function ofSealed(name: string, [error, answer]: Answer): string[] {
  if (error) return [`${name} has another type`];
  return answer === 1 ? [] : [`${name} is gone`];
}

function ofMeta([error, answer]: Answer): string[] {
  if (error) return ['meta has another type'];
  const values = answer as readonly (string | null)[];
  if (values.every((value) => value === null)) return ['meta is gone'];
  const isSound = (field: string, value: string | null) =>
    value !== null && (TEXTS.includes(field) || NUMBER.test(value));
  const broken = META_FIELDS.filter((field, i) => !isSound(field, values[i]!));
  return broken.map((field) => `meta has no ${field}`);
}

const ofOther = (name: keyof CellKeys, [error]: Answer): string[] =>
  error ? [`${name} has another type`] : [];

/**
 * Says what is wrong with the keys of a cell in an epoch in which it is or was open. It costs as
 * little for a large cell as for a small one, and does not look into records.
 * @returns nothing when Redis holds another epoch of the cell, or none
 */
export async function damagedKeys({ keys, epoch, steady }: CellEpoch): Promise<string[]> {
  const asked = steady
    .multi()
    .get(keys.fence)
    .hmget(keys.meta, ...META_FIELDS);
  for (const [name, seal] of sealed) asked.hexists(keys[name], seal);
  const [fence, meta, ...rest] = (await asked.hlen(keys.shelves).xlen(keys.outbox).exec())!;
  if (fence![1] !== String(epoch)) return [];
  return [
    ...ofMeta(meta!),
    ...sealed.flatMap(([name], i) => ofSealed(name, rest[i]!)),
    ...ofOther('shelves', rest.at(-2)!),
    ...ofOther('outbox', rest.at(-1)!),
  ];
}
