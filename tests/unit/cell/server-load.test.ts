import { expect, test } from 'vitest';
import { readServer } from '../../../src/cell/server-load.ts';

const said = (...lines: string[]) =>
  readServer({ call: async () => ['# Memory', ...lines, ''].join('\r\n') });

const CPU = ['used_cpu_sys:1.500000', 'used_cpu_user:0.250000', 'used_cpu_sys_children:9.0'];

test('a server says its memory, its bound, its CPU and its commands', async () => {
  const memory = ['used_memory:1048576', 'used_memory_human:1.00M', 'maxmemory:4194304'];
  expect(await said(...memory, ...CPU, 'instantaneous_ops_per_sec:420')).toEqual({
    ...{ usedBytes: 1_048_576, maxBytes: 4_194_304 },
    ...{ cpuMs: 1_750, commandsPerSecond: 420 },
  });
});

test('a bound of 0 is none', async () => {
  expect(await said('maxmemory:0')).toMatchObject({ maxBytes: null });
});

test('what a server does not say is unknown, not 0', async () => {
  const nothing = { usedBytes: null, maxBytes: null, cpuMs: null, commandsPerSecond: null };
  expect(await said()).toEqual(nothing);
  expect(await said('used_cpu_sys:1.5')).toEqual(nothing);
  expect(await said('used_memory:0', 'instantaneous_ops_per_sec:0')).toEqual({
    ...nothing,
    ...{ usedBytes: 0, commandsPerSecond: 0 },
  });
});
