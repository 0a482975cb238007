import type { Scenario } from '../run/scenario.ts';

const ratio = (means: string) => ({ unit: 'ratio', means });
const rate = (means: string) => ({ unit: '/s', means });
const micros = (means: string) => ({ unit: 'µs', means });

/** Each name is followed by the number of connections. */
export const hotOfferLegend: Scenario['legend'] = {
  acceptRatio: ratio('orders accepted, worker paused ÷ echo'),
  soldOutRatio: ratio('sold out answered ÷ echo'),
  wholeRatio: ratio('orders settled under load ÷ echo'),
  apiCpuRatio: ratio('CPU of the api an order accepted ÷ of the echo an answer'),
  acceptNewTokensRatio: ratio('accept ÷ echo, every token new'),
  apiCpuNewTokensRatio: ratio('CPU of the api ÷ of the echo, every token new'),
  echoPerSecond: rate('echo'),
  acceptPerSecond: rate('orders accepted, worker paused'),
  soldOutPerSecond: rate('sold out answered'),
  wholeAcceptedPerSecond: rate('orders accepted while settling'),
  wholeSettledPerSecond: rate('orders settled under that load'),
  echoCpuMicros: micros('CPU of the echo an answer'),
  acceptApiCpuMicros: micros('CPU of the api an order accepted'),
  acceptRedisCpuMicros: micros('CPU of Redis an order accepted'),
  soldOutApiCpuMicros: micros('CPU of the api an answer sold out'),
  soldOutRedisCpuMicros: micros('CPU of Redis an answer sold out'),
  wholeApiCpuMicros: micros('whole: CPU of the api an order'),
  wholeRedisCpuMicros: micros('whole: CPU of Redis an order'),
  wholeWorkerCpuMicros: micros('whole: CPU of the worker an order'),
  wholePostgresCpuMicros: micros('whole: CPU of Postgres an order'),
  acceptClientCpuMicros: micros('CPU of the load client an order accepted'),
  redisScriptMicros: micros('accept: Redis an order by INFO commandstats'),
  purchasesPerCall: { unit: 'orders', means: 'accept: batch size that occurred' },
  acceptP99Ms: { unit: 'ms', means: 'accept: 99th percentile of the answer' },
  otherCores: { unit: 'cores', means: 'busy with what is not ours: above 0.3, measure again' },
};
