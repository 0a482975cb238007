import { beforeEach, expect, test, vi } from 'vitest';
import type { Directory } from '../../../src/cell/sale-directory.ts';
import { countDueCalls } from '../../../src/ledger/orders/provider-calls.ts';
import { recordAudit } from '../../../src/ledger/sale-status.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { Time } from '../../../src/platform/time.ts';
import { startAuditor } from '../../../src/process/metrics/audit-loop.ts';
import { watchDueCalls } from '../../../src/process/metrics/watch-due-calls.ts';
import { audit } from '../../../src/service/audit.ts';
import type { Audit } from '../../../src/service/audit.ts';

vi.mock('../../../src/service/audit.ts', () => ({ audit: vi.fn() }));
vi.mock('../../../src/ledger/changes/chain-ends.ts', () => ({ chainEnds: () => [] }));
vi.mock('../../../src/ledger/sale-status.ts', () => ({ recordAudit: vi.fn() }));
vi.mock('../../../src/ledger/orders/provider-calls.ts', () => ({ countDueCalls: vi.fn() }));

const PLANTED = new TypeError('a planted bug');
const pool = {} as never;
/** The place of each reported error. */
let reported: [where: string | null, error: Error][];

beforeEach(() => {
  reported = [];
});

let clockMs = 0;

/** Runs a task at once and only once, by a clock that moves when it is read. */
const once: Pick<Time, 'repeat' | 'sleep' | 'monotonic'> = {
  monotonic: () => (clockMs += 40),
  sleep: systemTime.sleep,
  repeat: (task, pauseMs, { onError }) => systemTime.repeat(task, pauseMs, { onError }),
};

test('a bug in the audit of one sale is reported, and the next audit is noted', async () => {
  const fine = { brokenPromises: [], units: {} } as unknown as Audit;
  vi.mocked(audit).mockRejectedValueOnce(PLANTED).mockResolvedValueOnce(fine);
  const sales = ['a', 'b'].map((id) => ({ sale: { id, state: 'open' } }));
  const audited: string[] = [];
  const auditor = startAuditor({
    pool,
    time: once,
    stopping: new AbortController().signal,
    directory: { sales: () => sales } as unknown as Directory,
    onAudit: (sale) => audited.push(sale),
    onBroken: () => {},
    onRestored: () => {},
    onError: (error, sale) => reported.push([sale, error]),
  });
  await auditor.stop();
  expect(reported).toEqual([['a', PLANTED]]);
  expect(audited).toEqual(['b']);
  expect(vi.mocked(recordAudit).mock.calls).toEqual([[pool, 'b', 0, 40]]);
});

test('a bug in the count of due calls is reported', async () => {
  vi.mocked(countDueCalls).mockRejectedValueOnce(PLANTED);
  const watching = watchDueCalls({
    pool,
    time: once,
    provider: null,
    onCallsDue: () => {},
    onError: (error) => reported.push(['due calls', error]),
  });
  await watching.stop();
  expect(reported).toEqual([['due calls', PLANTED]]);
});

test('a task that fails is reported and runs again', async () => {
  const task = vi.fn().mockRejectedValueOnce(PLANTED).mockResolvedValue(null);
  const onError = (error: Error) => reported.push(['task', error]);
  const repeating = systemTime.repeat(task, 1, { onError });
  await vi.waitUntil(() => task.mock.calls.length > 1);
  await repeating.stop();
  expect(reported).toEqual([['task', PLANTED]]);
});
