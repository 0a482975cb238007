import { rateLimits, shedLines, trustProxy } from './limit-parsers.ts';
import { optional, wholeNumber } from './parsers.ts';
import type { Variable } from './variable.ts';

/** A shopper who buys, pays and looks stays far below. A costly request counts as several. */
const USUAL_LIMITS =
  'anonymous=100/s:500,bad_token=10/s:50,shopper=40/s:200,merchant=200/s:2000,' +
  'store=200/s:2000,operator=1000/s:5000';

/** What callers may cost. */
export const limits = {
  rateLimits: {
    name: 'RATE_LIMITS',
    fallback: '',
    description: 'Requests a second and at once, by caller, or off; unset: see limits.md',
    parse: rateLimits(USUAL_LIMITS),
  },
  trustProxy: {
    name: 'TRUST_PROXY',
    fallback: '',
    description: 'Proxies whose `X-Forwarded-For` counts: how many, or their networks; unset: none',
    parse: optional(trustProxy),
  },
  shedDelaysMs: {
    name: 'SHED_DELAYS_MS',
    fallback: '250,750,2000',
    description: 'Event-loop delays that turn away `first`, `middle` and `last` routes; or off',
    parse: shedLines,
  },
  shedBacklogs: {
    name: 'SHED_BACKLOGS',
    fallback: '500,2000,20000',
    description: 'Requests waiting for Redis or Postgres that do the same; or off',
    parse: shedLines,
  },
  maxConnections: {
    name: 'MAX_CONNECTIONS',
    fallback: '20000',
    description: 'Connections at once; more are dropped',
    parse: wholeNumber(10, 1_000_000),
  },
} as const satisfies Record<string, Variable<unknown>>;
