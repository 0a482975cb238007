import { expect, test } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { logObserver } from '../../../src/process/wiring/log-observer.ts';
import { ProviderAway } from '../../../src/provider/payment-provider.ts';
import type { SaleId } from '../../../src/domain/ids.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly err: { readonly stack: string };
}

const [INFO, WARN, ERROR] = [30, 40, 50];

function observed() {
  const lines: Line[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  const metrics = createMetrics(systemTime);
  return { lines, metrics, observer: logObserver(log, metrics, systemTime) };
}

const outage = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

test('a bug in background work is an error, with its stack', () => {
  const { lines, observer } = observed();
  observer.onError(new TypeError('no such field'), 'chores');
  expect(lines).toMatchObject([{ level: ERROR, msg: 'fault' }]);
  expect(lines[0]!.err.stack).toContain('log-observer.test.ts');
});

test('a bug in a recovery is an error', () => {
  const { lines, observer } = observed();
  observer.onRecovery({ sale: 's' as SaleId, cell: 0 }, 1, new TypeError('no such field'));
  expect(lines).toMatchObject([{ level: ERROR, msg: 'fault', cell: 's.0' }]);
});

test('a late chore is an error, and one line says that it runs again', () => {
  const { lines, observer } = observed();
  observer.onChoreLate('expire', 8_200);
  observer.onChoreBack('expire');
  expect(lines).toMatchObject([
    { level: ERROR, chore: 'expire', idleSeconds: 8 },
    { level: INFO, chore: 'expire' },
  ]);
});

test('a damaged cell is an error with what was found, and counted', async () => {
  const { lines, metrics, observer } = observed();
  observer.onCorrupt({ sale: 's' as SaleId, cell: 0 }, 'WRONGTYPE');
  expect(lines).toMatchObject([{ level: ERROR, cell: 's.0', found: 'WRONGTYPE' }]);
  expect(await metrics.registry.metrics()).toContain('doorbuster_corrupt_cells_total 1');
});

test('an outage is a warning, and does not hide a bug in the same place', () => {
  const { lines, observer } = observed();
  observer.onError(outage(), 'redis');
  observer.onError(new ProviderAway('503'), 'provider-calls');
  observer.onError(new TypeError('no such field'), 'redis');
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [WARN, 'trouble'],
    [WARN, 'trouble'],
    [ERROR, 'fault'],
  ]);
});

test('each error is counted, also one that the log leaves out', async () => {
  const { lines, metrics, observer } = observed();
  for (let i = 0; i < 3; i++) observer.onError(new TypeError('no such field'), 'chores');
  observer.onError(outage(), 'chores');
  expect(lines).toHaveLength(2);
  const text = await metrics.registry.metrics();
  expect(text).toContain('doorbuster_background_errors_total{kind="fault"} 3');
  expect(text).toContain('doorbuster_background_errors_total{kind="trouble"} 1');
});
