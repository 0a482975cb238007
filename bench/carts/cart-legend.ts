import type { Scenario } from '../run/scenario.ts';

type Legend = Scenario['legend'];

const legendOf = (name: string, done: string, one: string): Legend => ({
  [`${name}Ratio`]: { unit: 'ratio', means: `${done} ÷ echo` },
  [`${name}ApiCpuRatio`]: { unit: 'ratio', means: `api CPU per ${one} ÷ echo CPU per answer` },
  [`${name}PerSecond`]: { unit: '/s', means: done },
  [`${name}EchoPerSecond`]: { unit: '/s', means: 'answers of the echo beside them' },
  [`${name}ApiCpuMicros`]: { unit: 'µs', means: `api CPU per ${one}` },
  [`${name}RedisCpuMicros`]: { unit: 'µs', means: `Redis CPU per ${one}, AOF included` },
  [`${name}ClientCpuMicros`]: { unit: 'µs', means: `load client CPU per ${one}` },
  [`${name}EchoCpuMicros`]: { unit: 'µs', means: 'echo CPU per answer' },
  [`${name}ScriptMicrosEach`]: { unit: 'µs', means: `script time per ${one}, INFO commandstats` },
  [`${name}PerCall`]: { unit: '', means: 'mean number in one script call' },
  [`${name}P99Ms`]: { unit: 'ms', means: '99th percentile of the time to answer' },
});

/**
 * A figure's name ends with the number of connections. A figure of the script alone ends with the
 * number of lines.
 */
export const cartLegend: Legend = {
  ...legendOf('orders', 'orders accepted, worker paused', 'order accepted'),
  ...legendOf('quotes', 'quotes answered', 'quote'),
  otherCores: { unit: 'cores', means: 'busy with other programs: above 0.3, measure again' },
  scriptMicros: { unit: 'µs', means: 'checkout script by lines, one cart per call, p50' },
  scriptMeanMicros: { unit: 'µs', means: 'checkout script by lines, one cart per call, mean' },
  scriptBatchMicros: { unit: 'µs', means: 'checkout script by lines, per cart in full batches' },
};
