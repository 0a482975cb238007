import { cellName } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';

/** Names of the keys that each epoch has for itself. The fence is one key for all epochs. */
export const EPOCH_KEYS = [
  'meta',
  'stock',
  'shelves',
  'offers',
  'shoppers',
  'rules',
  'pots',
  'wallets',
  'outbox',
] as const;

/** No id holds a tab. */
export const SEAL = '\tseal';

/**
 * A field of each hash that a recovery fills. It stays as long as the hash does: a hash without it
 * was deleted, and its fields came later (lua/lib/hash_fields.lua).
 */
export const SEALS = {
  stock: SEAL,
  offers: SEAL,
  shoppers: SEAL,
  // Rules are replaced as a whole, and this field is always among them.
  rules: 'layers',
  pots: SEAL,
  wallets: SEAL,
} as const;

export type CellKeys = Readonly<Record<'fence' | (typeof EPOCH_KEYS)[number], string>>;

/**
 * Every Redis key of a cell, and the only place that makes one. The hash tag puts all of them on
 * one cluster slot; all but the fence carry the epoch, so a new epoch starts empty.
 */
export function cellKeys(cell: CellId, epoch: number): CellKeys {
  const tag = `{${cellName(cell)}}`;
  const named = EPOCH_KEYS.map((key) => [key, `${tag}:${epoch}:${key}`]);
  return { fence: `${tag}:fence`, ...Object.fromEntries(named) } as CellKeys;
}

/** The keys to free when an epoch is over. */
export const epochKeys = (cell: CellId, epoch: number): string[] => {
  const keys = cellKeys(cell, epoch);
  return EPOCH_KEYS.map((name) => keys[name]);
};

/** The key that only the server that holds the cells has. It is the same server wherever it is. */
export const pinKey = (pin: string): string => `doorbuster:server:${pin}`;
