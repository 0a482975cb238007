import type { Effect } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';

const areNumbers = (value: unknown, names: readonly string[]): boolean =>
  names.every((name) => typeof fieldsOf(value)[name] === 'number');

/** The numbers that each kind must have. */
const NUMBERS: Readonly<Record<Effect['kind'], readonly string[]>> = {
  percent: ['bps'],
  fixed: ['off'],
  every: ['every', 'off'],
  tiers: [],
  freeUnits: ['every', 'free'],
  gift: ['from', 'quantity'],
  packet: ['amount'],
};

const isKind = (value: unknown): value is Effect['kind'] =>
  typeof value === 'string' && Object.hasOwn(NUMBERS, value);

/** Whether a value of a change is an effect that a sentence can tell. */
export function isEffect(value: unknown): value is Effect {
  const { kind, tiers, offer } = fieldsOf(value);
  if (!isKind(kind) || !areNumbers(value, NUMBERS[kind])) return false;
  if (kind === 'gift') return typeof offer === 'string';
  if (kind !== 'tiers') return true;
  return Array.isArray(tiers) && tiers.every((tier) => areNumbers(tier, ['from', 'off']));
}
