import type { AddressInfo } from 'node:net';
import closeWithGrace from 'close-with-grace';
import { Command, Option } from 'commander';
import type { Logger } from 'pino';
import type { App } from '../http/deps.ts';
import { ConfigError } from '../platform/config.ts';
import type { Config } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { systemTime } from '../platform/time.ts';
import { createApi } from './wiring/wire-http.ts';
import { startAuditor, watchCounters } from './metrics/audit-loop.ts';
import { watchDueCalls } from './metrics/watch-due-calls.ts';
import { serviceEnvironment } from './own-or-external-servers.ts';
import type { Environment } from './own-or-external-servers.ts';
import { endWith } from './end-with.ts';
import { migrateLedger } from './reach/migrate-ledger.ts';
import { SERVICE_WAITS_MS, reachServers } from './reach/reach-servers.ts';
import { createMetrics } from './metrics/metrics.ts';
import { logObserver } from './wiring/log-observer.ts';
import type { Metrics } from './metrics/metrics.ts';
import { wireApi } from './wiring/wire-api.ts';
import { wireWorker } from './wiring/wire-worker.ts';
import type { WireOptions } from './wiring/wire-core.ts';
import { startWebhooks } from './wiring/wire-webhooks.ts';
import { createWorkerOps } from './wiring/wire-worker-ops.ts';

type Role = 'api' | 'worker' | 'all';

/** Ends something that was started. */
type Stop = () => Promise<unknown>;

interface Running {
  readonly env: Environment;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly wire: WireOptions;
}

/** A graceful stop takes at most this long; orchestrators kill after ten seconds. */
const STOP_MS = 8_000;

/** Names the variable to change when we cannot listen. */
function listenFault(error: Error & { code?: string }, { host, port }: Config): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError([`PORT is ${port}, where another process listens: set a free one`]);
  }
  if (error.code === 'EACCES') {
    return new ConfigError([`PORT is ${port}, where we may not listen: set one above 1023`]);
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new ConfigError([`HOST is ${host}, which is no address of this machine`]);
  }
  return error;
}

/** @returns the port, chosen by the system when the configured one is 0 */
async function listen(app: App, { env, log }: Running, what: string): Promise<number> {
  const { host, port } = env.config;
  const url = await app.listen({ host, port }).catch((error: Error & { code?: string }) => {
    throw listenFault(error, env.config);
  });
  log.info({ url }, `${what} listening`);
  return (app.server.address() as AddressInfo).port;
}

async function startApi(running: Running): Promise<Stop> {
  const side = await wireApi(running.wire);
  running.metrics.readRemembered(() => side.acknowledged.totals());
  const app = await createApi(side, running.env, running);
  const port = await listen(app, running, 'api');
  await running.env.tellSandbox(port).catch((err) => running.log.warn({ err }, 'sandbox not told'));
  return async () => {
    // Requests that wait for settlement are answered as reserved, so that every order is answered.
    side.watch.stop();
    await app.close();
    await side.close();
  };
}

async function startWorker(running: Running, isAlone: boolean): Promise<Stop> {
  const { wire, log, metrics } = running;
  const side = await wireWorker(wire);
  metrics.readChores(() => side.chores.ages());
  side.settler.start();
  side.chores.start();
  const auditor = startAuditor({
    ...side,
    onAudit: metrics.onAudit,
    onError: (err, sale) => wire.observer.onError(err, sale ? `audit of ${sale}` : 'audit'),
    onBroken: (sale, rows) => log.error({ sale, rows }, 'broken promises'),
  });
  const counters = watchCounters({ ...side, onError: wire.observer.onError });
  const webhooks = startWebhooks({
    ...side,
    redisUrl: wire.redisUrl,
    allowPrivate: running.env.config.webhookAllowPrivate,
    onDelivered: metrics.onDelivered,
    onError: (err) => wire.observer.onError(err, 'webhooks'),
  });
  const dueCalls = watchDueCalls({
    ...side,
    onCallsDue: metrics.onCallsDue,
    onError: (err) => wire.observer.onError(err, 'provider-calls due'),
  });
  const ops = isAlone ? await createWorkerOps(side, running.env, running) : null;
  if (ops) await listen(ops, running, 'worker');
  return async () => {
    await ops?.close();
    await Promise.all([auditor.stop(), counters.stop(), dueCalls.stop()]);
    await webhooks.stop();
    await side.close();
  };
}

async function start(role: Role): Promise<void> {
  const env = await serviceEnvironment();
  const log = createLog(env.config.logLevel);
  for (const origin of env.origins) log.info(origin);
  const onWaiting = (line: string) => log.warn(line);
  await reachServers(env, { withinMs: SERVICE_WAITS_MS, onWaiting });
  const applied = await migrateLedger(env);
  if (applied.length > 0) log.info({ applied }, 'migrated');
  const metrics = createMetrics(systemTime);
  const { redisUrl, databaseUrl } = env;
  const { backlogLimit, allowUnsafeRedis } = env.config;
  const told = logObserver(log, metrics, systemTime);
  const wire = {
    redisUrl,
    databaseUrl,
    backlogLimit,
    allowUnsafeRedis,
    provider: env.provider,
    observer: told,
    time: systemTime,
  };
  const running = { env, log, metrics, wire };
  const stops: Stop[] = [env.stop];
  closeWithGrace({ delay: STOP_MS, logger: false }, async ({ err, signal }) => {
    if (err) log.fatal({ err }, 'stopping on a fault');
    else log.info({ signal }, 'stopping');
    for (const stop of stops.reverse()) {
      await stop().catch((fault: Error) => log.error({ err: fault }, 'not stopped'));
    }
  });
  if (role !== 'api') stops.push(await startWorker(running, role === 'worker'));
  if (role !== 'worker') stops.push(await startApi(running));
}

const program = new Command('doorbuster')
  .description('Run the service; it starts its own servers when the environment names none')
  .addOption(
    new Option('--role <role>', 'what to run').choices(['api', 'worker', 'all']).default('all'),
  )
  .showHelpAfterError('(--help shows how)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(({ role }: { role: Role }) => start(role));

await program.parseAsync().catch(endWith);
