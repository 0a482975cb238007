import type { Pool } from 'pg';
import { countDueCalls } from '../../ledger/orders/provider-calls.ts';
import type { DueCallCount } from '../../ledger/orders/provider-calls.ts';
import type { Repeating, Time } from '../../platform/time.ts';
import type { PaymentProvider } from '../../provider/payment-provider.ts';

const COUNT_MS = 10_000;

export interface DueCallsDeps {
  readonly pool: Pool;
  /** The configured provider; null: none. */
  readonly provider: PaymentProvider | null;
  readonly time: Pick<Time, 'repeat'>;
  readonly onError: (error: Error) => void;
  readonly onCallsDue: (due: readonly DueCallCount[]) => void;
}

/** Counts the due calls of each provider, and reports 0 for the configured one when it has none. */
export function watchDueCalls(deps: DueCallsDeps): Repeating {
  const { pool, provider, time, onError, onCallsDue } = deps;
  const count = async () => {
    const due = await countDueCalls(pool);
    const isTold = !provider || due.some((one) => one.provider === provider.name);
    onCallsDue(isTold ? due : [...due, { provider: provider.name, calls: 0 }]);
  };
  return time.repeat(count, COUNT_MS, { onError });
}
