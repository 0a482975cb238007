import { isPassing, problemOf } from '../../kit/api/problem.ts';
import type { Network } from '../../kit/api/network.ts';
import type { PageTime } from '../../kit/time/browser-time.ts';

/** The cells that still lack a change; null: a newer change has replaced it. */
export type PendingCells = readonly number[] | null;

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
