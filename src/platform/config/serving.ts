import { isHost, isOrigin, list, oneOf, wholeNumber, yesOrNo } from './parsers.ts';
import type { Variable } from './variable.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** How a process listens, logs, sells and stops. */
export const serving = {
  host: {
    name: 'HOST',
    fallback: '127.0.0.1',
    description: 'The address to listen on',
    parse: String,
  },
  port: {
    name: 'PORT',
    fallback: '8080',
    description: 'The port to listen on; 0: any free one',
    parse: wholeNumber(0, 65_535),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    fallback: 'info',
    description: 'fatal, error, warn, info, debug, trace or silent',
    parse: oneOf(logLevels),
  },
  accessLog: {
    name: 'ACCESS_LOG',
    fallback: 'false',
    description: 'Logs a line for each answered request, at the level info',
    parse: yesOrNo,
  },
  backlogLimit: {
    name: 'BACKLOG_LIMIT',
    fallback: '200000',
    description: 'Orders of a cell that may wait for settlement; beyond that it answers 503',
    parse: wholeNumber(1, 10_000_000),
  },
  requestTimeoutMs: {
    name: 'REQUEST_TIMEOUT_MS',
    fallback: '10000',
    description: 'How long a request may take to arrive, in milliseconds',
    parse: wholeNumber(1, 600_000),
  },
  drainDelayMs: {
    name: 'DRAIN_DELAY_MS',
    fallback: '0',
    description: 'After SIGTERM: how long it serves while `/readyz` says no, up to 3000 ms',
    parse: wholeNumber(0, 3_000),
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    fallback: '',
    description: 'Browser origins that may call, separated by commas; unset: none',
    parse: list(isOrigin, 'origins such as https://shop.example'),
  },
  imageHosts: {
    name: 'IMAGE_HOSTS',
    fallback: '',
    description: 'Hosts of pictures that the pages show, separated by commas; unset: none',
    parse: list(isHost, 'hosts such as pictures.example'),
  },
  requireIfMatch: {
    name: 'REQUIRE_IF_MATCH',
    fallback: 'false',
    description: 'Refuses a PUT, PATCH or DELETE without `If-Match` or `If-None-Match`',
    parse: yesOrNo,
  },
  allowUnsafeRedis: {
    name: 'ALLOW_UNSAFE_REDIS',
    fallback: 'false',
    description: 'Opens sales even on a Redis that may evict keys or lose writes in a crash',
    parse: yesOrNo,
  },
} as const satisfies Record<string, Variable<unknown>>;
