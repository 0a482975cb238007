import { Registry } from 'prom-client';
import { createApp } from '../../src/http/app.ts';
import { useCases } from '../../src/http/deps.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import { readConfig } from '../../src/platform/config/read-config.ts';
import { createLog, createPseudonyms } from '../../src/platform/log.ts';
import { systemTime } from '../../src/platform/time.ts';
import { DAY_S, JWT_SECRET } from '../builders/secrets.ts';

/** An api that no request reaches: its use cases are not bound to any server. */
const unreached = {
  ...useCases,
  log: createLog('silent'),
  pseudonyms: createPseudonyms(JWT_SECRET),
  onAnswered: () => {},
  whyNotReady: async () => null,
  registry: new Registry(),
  requestTimeoutMs: 10_000,
  tokens: { secrets: [JWT_SECRET], maxAgeSeconds: DAY_S, operatorMaxAgeSeconds: DAY_S },
  accessLog: false,
  limits: readConfig({}),
  onTurnedAway: () => {},
  readPressure: () => {},
  backlog: () => 0,
  corsOrigins: [],
  time: systemTime,
} as unknown as HttpDeps;

/** The OpenAPI document as docs/openapi.json has it. */
export async function apiDocument(): Promise<string> {
  const app = await createApp(unreached);
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
