import type { SaleStatus } from '../../domain/quiet.ts';
import type { Repeating, Time } from '../../platform/time.ts';
import { saleStatuses } from '../../service/sale-status.ts';
import type { StatusDeps } from '../../service/sale-status.ts';

const WATCH_MS = 5_000;

export interface WatchStatusesDeps extends StatusDeps {
  readonly time: Pick<Time, 'now' | 'repeat'>;
  readonly onStatuses: (statuses: readonly SaleStatus[]) => void;
  readonly onError: (error: Error) => void;
}

/** Reads what every sale waits for that was opened and is not forgotten. */
export function watchStatuses(deps: WatchStatusesDeps): Repeating {
  const { directory, time, onStatuses, onError } = deps;
  const watch = async () => {
    await directory.refresh();
    const opened = directory.sales().filter(({ sale }) => sale.state !== 'draft');
    onStatuses(
      await saleStatuses(
        deps,
        opened.map(({ sale }) => sale.id),
      ),
    );
  };
  return time.repeat(watch, WATCH_MS, { onError });
}
