import { expect, test } from 'vitest';
import type { RushReport } from '../../../proof/crowd/rush-plan.ts';
import { faultsOf, tableOf } from '../../../proof/load/judge.ts';
import { readOptions } from '../../../proof/load/options.ts';
import { runCommand } from '../../world/servers/command.ts';

const NEEDED = ['--sale', 's', '--token-command', 'cat'];
const read = (...words: string[]) => readOptions(['node', 'load', ...NEEDED, ...words]);

function reportOf(answers: Record<string, number>, p99Ms = 10): RushReport {
  const measured = { answers, seconds: 10, p50Ms: 1, p99Ms };
  return { answers, measured, sellingSeconds: 10, unfinished: 0, cpuSeconds: 1 };
}

test('a host that is not this machine must be said again', async () => {
  const args = ['proof/load/main.ts', ...NEEDED, '--url', 'https://shop.example:8443'];
  const refused = await runCommand(process.execPath, args, {});
  const line = 'error: say --confirm shop.example:8443 to load a host that is not this one.';
  expect(refused).toEqual({ code: 2, out: '', err: `${line}\n(--help shows how)\n` });
  const { url } = read('--url', 'https://shop.example:8443', '--confirm', 'shop.example:8443');
  expect(url.host).toBe('shop.example:8443');
});

test('the host of this machine need not be said again', () => {
  for (const url of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1']) {
    expect(read('--url', url).url.host).toBe(new URL(url).host);
  }
});

test('faults and missed thresholds are told, and nothing else', () => {
  const sound = reportOf({ placed: 900, sold_out: 70, limit_reached: 20, busy: 10 });
  expect(faultsOf(sound, { minRate: 90, maxP99: 10, maxBusy: 1 })).toEqual([]);
  expect(faultsOf(sound, { minRate: 91, maxP99: 9, maxBusy: 0 })).toEqual([
    '90 orders a second are fewer than 91',
    '1 % of the answers took longer than 10 ms, and 9 ms is the most',
    '1.0 % of the answers were busy, and 0 % is the most',
  ]);
  expect(faultsOf(reportOf({ placed: 1, fault: 2, cut: 3, 'status 502': 4 }), {})).toEqual([
    '2 answers were fault',
    '3 answers were cut',
    '4 answers were status 502',
  ]);
  const wrongTokens = reportOf({ placed: 1, unauthenticated: 2, rate_limited: 3 });
  expect(faultsOf(wrongTokens, {})).toEqual(['2 answers were unauthenticated']);
  expect(faultsOf(reportOf({}), {})).toEqual(['nothing was answered in the measured span']);
  expect(tableOf(sound)).toMatch(/placed +│ 900 +│ 90\.0 %/);
});
