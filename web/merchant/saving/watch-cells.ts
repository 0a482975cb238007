import { isPassing, problemOf } from '../../kit/api/problem.ts';
import type { Network } from '../../kit/api/network.ts';
import type { PageTime } from '../../kit/time/browser-time.ts';

/** The cells that still lack a change; null: a newer change has replaced it. */
export type PendingCells = readonly number[] | null;

/** The cells that have not applied a change yet; none: all have. */
export const pendingOf = (answer: object): readonly number[] => {
  const { pendingCells }: { pendingCells?: unknown } = { ...answer };
  return Array.isArray(pendingCells)
    ? pendingCells.filter((cell): cell is number => typeof cell === 'number')
    : [];
};

/** Of all that a sale may wait for, what a change may wait for as well. */
export const OF_CHANGES = ['cells_away', 'instructions', 'withdrawals'] as const;
export type OfChanges = (typeof OF_CHANGES)[number];

export const isOfChanges = (word: string): word is OfChanges =>
  OF_CHANGES.some((one) => one === word);

interface Watch {
  readonly time: Pick<PageTime, 'after'>;
  readonly network: Pick<Network, 'isSeen'>;
  readonly check: () => Promise<PendingCells>;
  readonly onNews: (pending: PendingCells) => void;
}

/** The service itself tries for two seconds before it answers. */
const EVERY_MS = 5_000;

/** Asks how far a change is until all cells have it. @returns gives up */
export function watchCells({ time, network, check, onNews }: Watch): () => void {
  let isOver = false;
  let cancel = () => {};
  const plan = () => {
    cancel = time.after(EVERY_MS, () => (network.isSeen.peek() ? ask() : plan()));
  };
  const ask = () => {
    check().then(
      (pending) => {
        if (isOver) return;
        onNews(pending);
        if (pending !== null && pending.length > 0) plan();
      },
      (error: unknown) => {
        if (!isOver && isPassing(problemOf(error).status)) plan();
      },
    );
  };
  plan();
  return () => {
    isOver = true;
    cancel();
  };
}
