import type { Change } from '../../../client/index.ts';
import type { savingWords } from './words.ts';

type Who = (typeof savingWords)['en']['who'];

/** The person of a change. A merchant learns names only of people of the own store. */
export function nameOf({ sub, role }: Pick<Change, 'sub' | 'role'>, words: Who): string {
  if (sub !== null) return sub;
  if (role === 'operator') return words.operator;
  return role === 'merchant' ? words.merchant : words.other;
}
