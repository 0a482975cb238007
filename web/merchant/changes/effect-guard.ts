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

function isEffect(value: unknown): value is Effect {
  const { kind, tiers, offer } = fieldsOf(value);
  if (!isKind(kind) || !areNumbers(value, NUMBERS[kind])) return false;
  if (kind === 'gift') return typeof offer === 'string';
  if (kind !== 'tiers') return true;
  return Array.isArray(tiers) && tiers.every((tier) => areNumbers(tier, ['from', 'off']));
}

/**
 * Reads a value of a change as an effect that a sentence can tell; null: it is none. The ledger
 * keeps what an effect does not have as null, where the API leaves it out.
 */
export function readEffect(value: unknown): Effect | null {
  const given = Object.entries(fieldsOf(value)).filter(([, part]) => part !== null);
  const effect: unknown = Object.fromEntries(given);
  return isEffect(effect) ? effect : null;
}
