import type { Scenario } from '../run/scenario.ts';
import { LEAST_RATE } from './judge.ts';

const ms = (means: string) => ({ unit: 'ms', means });
const kib = (means: string) => ({ unit: 'KiB', means });
const rate = (means: string) => ({ unit: '/s', means });
const percent = (means: string) => ({ unit: '%', means });
const count = (means: string) => ({ unit: 'events', means });

export const sseLegend: Scenario['legend'] = {
  rateRatio: {
    unit: 'ratio',
    means: `orders accepted beside listeners ÷ without; at least ${LEAST_RATE}`,
  },
  controlRatio: {
    unit: 'ratio',
    means: 'the same for a phase without listeners: as far from 1 as noise takes it',
  },
  acceptedPerSecond: rate('orders accepted beside listeners'),
  withoutPerSecond: rate('orders accepted without, mean of the phases around'),
  p99Ms: ms('99th percentile of the time to answer an order beside listeners'),
  withoutP99Ms: ms('the same without'),
  p50Ms: ms('median time to answer an order beside listeners'),
  publicFewest: count('got by the public listener that got the fewest'),
  publicMost: count('got by the public listener that got the most'),
  merchantFewest: count('got by the merchant that got the fewest'),
  merchantMost: count('got by the merchant that got the most'),
  eventsPerSecond: rate('events of all listeners in the measured span'),
  publicLagMs: ms('from the order of a last unit until all the public heard "sold out"'),
  merchantLagMs: ms('the same for the merchants'),
  missed: { unit: 'listeners', means: 'missed an event or lost their stream; at most 0' },
  listenerRssKib: kib(
    'resident memory of the api a listener; a later round may use what an earlier one left',
  ),
  listenerHeapKib: kib('heap of the api a listener'),
  listenerExternalKib: kib('external memory of the api a listener'),
  apiPercent: percent('of a core: CPU of the api for listeners'),
  eventApiMicros: { unit: 'µs', means: 'api CPU for an event that a listener got' },
  listenersPercent: percent('of a core: CPU of the process of the listeners'),
  withoutOrderApiMicros: { unit: 'µs', means: 'api CPU for an order without listeners' },
  busyCores: { unit: 'cores', means: 'busy beside listeners with all processes of the run' },
  otherCores: { unit: 'cores', means: 'busy with other programs: above 0.3, measure again' },
};
