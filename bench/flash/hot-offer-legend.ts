import type { Scenario } from '../run/scenario.ts';

const ratio = (means: string) => ({ unit: 'ratio', means });
const rate = (means: string) => ({ unit: '/s', means });
const micros = (means: string) => ({ unit: 'µs', means });

/** A figure's name is one of these, followed by the number of connections. */
export const hotOfferLegend: Scenario['legend'] = {
  acceptRatio: ratio('orders accepted, worker paused ÷ echo'),
  soldOutRatio: ratio('answers "sold out" ÷ echo'),
  wholeRatio: ratio('orders settled under load ÷ echo'),
  apiCpuRatio: ratio('api CPU per order accepted ÷ echo CPU per answer'),
  acceptNewTokensRatio: ratio('orders accepted ÷ echo, every token new'),
  apiCpuNewTokensRatio: ratio('api CPU ÷ echo CPU, every token new'),
  echoPerSecond: rate('answers of the echo'),
  acceptPerSecond: rate('orders accepted, worker paused'),
  soldOutPerSecond: rate('answers "sold out"'),
  wholeAcceptedPerSecond: rate('orders accepted while the worker settles'),
  wholeSettledPerSecond: rate('orders settled under that load'),
  echoCpuMicros: micros('echo CPU per answer'),
  acceptApiCpuMicros: micros('api CPU per order accepted'),
  acceptRedisCpuMicros: micros('Redis CPU per order accepted'),
  soldOutApiCpuMicros: micros('api CPU per answer "sold out"'),
  soldOutRedisCpuMicros: micros('Redis CPU per answer "sold out"'),
  wholeApiCpuMicros: micros('whole: api CPU per order'),
  wholeRedisCpuMicros: micros('whole: Redis CPU per order'),
  wholeWorkerCpuMicros: micros('whole: worker CPU per order'),
  wholePostgresCpuMicros: micros('whole: Postgres CPU per order'),
  acceptClientCpuMicros: micros('load client CPU per order accepted'),
  redisScriptMicros: micros('accept: script time per order, INFO commandstats'),
  purchasesPerCall: { unit: 'orders', means: 'accept: mean number in one script call' },
  acceptP99Ms: { unit: 'ms', means: 'accept: 99th percentile of the time to answer' },
  otherCores: { unit: 'cores', means: 'busy with other programs: above 0.3, measure again' },
};
