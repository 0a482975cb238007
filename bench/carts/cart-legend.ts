import type { Scenario } from '../run/scenario.ts';

type Legend = Scenario['legend'];

const legendOf = (name: string, done: string, one: string): Legend => ({
  [`${name}Ratio`]: { unit: 'ratio', means: `${done} ÷ echo` },
  [`${name}ApiCpuRatio`]: { unit: 'ratio', means: `CPU of the api ${one} ÷ of the echo an answer` },
  [`${name}PerSecond`]: { unit: '/s', means: done },
  [`${name}EchoPerSecond`]: { unit: '/s', means: 'their echo' },
  [`${name}ApiCpuMicros`]: { unit: 'µs', means: `CPU of the api ${one}` },
  [`${name}RedisCpuMicros`]: { unit: 'µs', means: `CPU of Redis ${one}, AOF too` },
  [`${name}ClientCpuMicros`]: { unit: 'µs', means: `CPU of the load client ${one}` },
  [`${name}EchoCpuMicros`]: { unit: 'µs', means: 'CPU of their echo an answer' },
  [`${name}ScriptMicrosEach`]: { unit: 'µs', means: `Redis ${one} by INFO commandstats` },
  [`${name}PerCall`]: { unit: '', means: 'in a script call, on average' },
  [`${name}P99Ms`]: { unit: 'ms', means: '99th percentile of the answer' },
});

/** Names end with the number of connections, those of the script alone with that of lines. */
export const cartLegend: Legend = {
  ...legendOf('orders', 'orders accepted, worker paused', 'an order accepted'),
  ...legendOf('quotes', 'quotes answered', 'a quote'),
  otherCores: { unit: 'cores', means: 'busy with what is not ours: above 0.3, measure again' },
  scriptMicros: { unit: 'µs', means: 'checkout script by lines, one cart a call, p50' },
  scriptMeanMicros: { unit: 'µs', means: 'the same, mean' },
  scriptBatchMicros: { unit: 'µs', means: 'a cart by lines, in full batches, mean' },
};
