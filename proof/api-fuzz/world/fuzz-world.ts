import { createLog } from '../../../src/platform/log.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { App } from '../../../src/http/deps.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { Readiness } from '../../../src/process/wiring/readiness.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import type { ApiSide } from '../../../src/process/wiring/wire-api.ts';
import { createApi } from '../../../src/process/wiring/wire-http.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import { audit } from '../../../src/service/audit.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { JWT_SECRET, newWebhookSecret } from '../../builders/secrets.ts';
import { KnownIds } from './known-ids.ts';

/** How long the attacked app waits for a request to arrive. */
export const ARRIVE_WITHIN_MS = 1_000;

/** The rest of a limit that one request uses up. */
const NARROW = 'anonymous=1/s:3,shopper=1/s:3,merchant=1/s:3,store=1/s:3,operator=1/s:3';
/** A machine that is busy with other work must not turn requests away. */
const SETTINGS = {
  SHED_DELAYS_MS: 'off',
  SHED_BACKLOGS: 'off',
};
const SHORT = { REQUEST_TIMEOUT_MS: String(ARRIVE_WITHIN_MS) };

/** A whole service in this process, on servers of its own. */
export interface FuzzWorld {
  /** Answers every caller; it listens at `origin`. */
  readonly wide: App;
  /** The same service behind narrow rate limits; it does not listen. */
  readonly narrow: App;
  /** The same service, which listens and does not wait long for a request. */
  readonly attacked: App;
  readonly origin: string;
  readonly known: KnownIds;
  /** Signs the events of the payment provider. */
  readonly eventSecret: string;
  /** Where shoppers pay. */
  readonly sandboxUrl: string;
  /** @returns a number that no call before it returned: it names a season */
  nextSeason(): number;
  /** What the log says of the last fault. */
  lastFault(): string;
  /** Broken promises of all sales. */
  audit(): Promise<string[]>;
}

async function createApps(side: ApiSide, onLog: (line: string) => void) {
  const readiness = new Readiness({ ...side, stopping: new AbortController().signal });
  const log = createLog('error', { write: onLog });
  const secrets = { jwtSecrets: [JWT_SECRET], pseudonymSecret: JWT_SECRET };
  const open = (limits: string, more = {}) => {
    const config = readConfig({ ...SETTINGS, ...more, RATE_LIMITS: limits });
    const metrics = createMetrics(systemTime);
    return createApi(side, { config, ...secrets }, { log, metrics, readiness });
  };
  return {
    wide: await open('off'),
    narrow: await open(NARROW),
    attacked: await open('off', SHORT),
  };
}

async function auditAll(side: ApiSide): Promise<string[]> {
  await side.directory.refresh();
  const broken: string[] = [];
  for (const { id: sale } of side.directory.sales().map((one) => one.sale)) {
    const found = await audit(side, sale);
    for (const { promise, subject, detail } of found?.brokenPromises ?? []) {
      broken.push(`${sale}: ${promise}, ${subject}: ${detail}`);
    }
  }
  return broken;
}

/** Starts an api, a worker and a payment provider. Webhooks are not delivered anywhere. */
export async function openFuzzWorld(
  { redisUrl, databaseUrl }: { readonly redisUrl: string; readonly databaseUrl: string },
  cleanup: Cleanup,
): Promise<FuzzWorld> {
  const eventSecret = newWebhookSecret();
  const time = systemTime;
  const sandbox = await startSandbox({ time, eventsUrl: NOWHERE, secret: eventSecret });
  cleanup.add(() => sandbox.close());
  const provider = sandboxProvider({ time, url: sandbox.url, secrets: [eventSecret] });
  const rest = { backlogLimit: 200_000, allowUnsafeRedis: false, observer: SILENT, time };
  const wire = { redisUrl, databaseUrl, provider, ...rest };
  const worker = await wireWorker(wire);
  cleanup.add(() => worker.close());
  const side = await wireApi(wire);
  cleanup.add(() => side.close());
  worker.settler.start();
  worker.chores.start();
  cleanup.add(() => worker.finish());
  let [fault, seasons] = ['', 0];
  const apps = await createApps(side, (line) => (fault = line));
  cleanup.add(() => Promise.all(Object.values(apps).map((app) => app.close())));
  const anyPort = { host: '127.0.0.1', port: 0 };
  const origin = await apps.wide.listen(anyPort);
  await apps.attacked.listen(anyPort);
  return {
    ...apps,
    origin,
    known: new KnownIds(),
    eventSecret,
    sandboxUrl: sandbox.url,
    nextSeason: () => seasons++,
    lastFault: () => fault,
    audit: () => auditAll(side),
  };
}

/** Nothing listens there: the requests themselves bring the events of the provider. */
const NOWHERE = 'http://127.0.0.1:9/';
