import { Registry } from 'prom-client';
import type { HttpDeps, useCases } from '../../src/http/deps.ts';
import { readConfig } from '../../src/platform/config/read-config.ts';
import { createLog, createPseudonyms } from '../../src/platform/log.ts';
import { systemTime } from '../../src/platform/time.ts';
import { DAY_S, JWT_SECRET } from '../builders/secrets.ts';

type UseCase = keyof typeof useCases | 'audit' | 'changesOf' | 'saleStatus';

/** All that an api needs beside its use cases, with every switch as it usually is. */
export const idleApi = (): Omit<HttpDeps, UseCase> => ({
  log: createLog('silent'),
  pseudonyms: createPseudonyms(JWT_SECRET),
  onAnswered: () => {},
  onOrderTimed: () => {},
  onSecurity: () => {},
  whyNotReady: async () => null,
  registry: new Registry(),
  requestTimeoutMs: 10_000,
  tokens: { secrets: [JWT_SECRET], maxAgeSeconds: DAY_S, operatorMaxAgeSeconds: DAY_S },
  signIn: { url: undefined, issue: null },
  onKeysAway: () => {},
  accessLog: false,
  limits: readConfig({}),
  onTurnedAway: () => {},
  readPressure: () => {},
  backlog: () => 0,
  corsOrigins: [],
  imageHosts: [],
  returnOrigins: [],
  mayReturnHere: false,
  isMatchRequired: false,
  builtPages: new Map(),
  time: systemTime,
});
