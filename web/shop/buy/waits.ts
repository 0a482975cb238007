import { keptSignal } from '../../kit/session/kept.ts';
import type { Kept } from '../../kit/session/kept.ts';
import type { Store } from '../../kit/page/storage.ts';

/** The most offers that a page waits for. */
const MAX_WAITS = 50;

function readWaits(stored: unknown): readonly string[] | null {
  if (!Array.isArray(stored)) return null;
  return stored.filter((offer) => typeof offer === 'string').slice(0, MAX_WAITS);
}

/** The sold out offers of a sale that the shopper wants to be told about. */
export const keptWaits = (store: Store, sale: string): Kept<readonly string[]> =>
  keptSignal<readonly string[]>(store, `waits.${sale}`, [], readWaits);

export const withWait = (waits: readonly string[], offer: string): readonly string[] =>
  [...waits.filter((one) => one !== offer), offer].slice(-MAX_WAITS);
