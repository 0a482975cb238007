import closeWithGrace from 'close-with-grace';
import { Command, Option } from 'commander';
import { createLog } from '../platform/log.ts';
import type { Log } from '../platform/log.ts';
import { systemTime } from '../platform/time.ts';
import { endWith } from './end-with.ts';
import { EXIT, endAfterParsing } from './exit-codes.ts';
import { createMetrics } from './metrics/metrics.ts';
import { readFigures, thisMachine } from './metrics/process-figures.ts';
import { serviceEnvironment } from './own-or-external-servers.ts';
import { migrateLedger } from './reach/migrate-ledger.ts';
import { SERVICE_WAITS_MS, reachServers } from './reach/reach-servers.ts';
import { startApi } from './roles/start-api.ts';
import { startWorker } from './roles/start-worker.ts';
import { stopInOrder } from './stop-in-order.ts';
import type { Started, StopStep } from './stop-in-order.ts';
import { logObserver } from './wiring/log-observer.ts';

type Role = 'api' | 'worker' | 'all';

/** A graceful stop takes at most this long; orchestrators kill after ten seconds. */
const STOP_MS = 8_000;
/** All steps together leave time to say what they cut off. */
const STEPS_MS = 7_500;
/** Not to sign off counts as a death: every step before it leaves it this time. */
const SIGN_OFF_MS = 2_500;
/** A terminal and npm both pass Ctrl-C on: a second one within this time is the same one. */
const SAME_INTERRUPT_MS = 500;

/** What ends a process. Roles are added as they start. */
class Ending {
  readonly stopping = new AbortController();
  readonly #log: Log;
  readonly #stopServers: () => Promise<unknown>;
  #roles: readonly Started[] = [];

  constructor(log: Log, stopServers: () => Promise<unknown>) {
    this.#log = log;
    this.#stopServers = stopServers;
  }

  /** Roles that started later end their work earlier. */
  add(role: Started): void {
    this.#roles = [role, ...this.#roles];
  }

  #steps(): StopStep[] {
    const signOff = () => Promise.all(this.#roles.map((role) => role.close()));
    return [
      ...this.#roles.flatMap((role) => role.steps),
      {
        what: 'handing over and signing off',
        withinMs: SIGN_OFF_MS,
        reservedMs: SIGN_OFF_MS,
        stop: signOff,
      },
      { what: 'our own servers', withinMs: STEPS_MS, stop: this.#stopServers },
    ];
  }

  /** From here on a signal ends the process: the first one gently, the second one at once. */
  endOnSignals(): void {
    const onSecondSignal = (signal: string) => {
      this.#log.error({ signal }, 'a second signal: ended at once');
      process.exit(EXIT.cutOff);
    };
    // Reached only if a step blocks the process.
    const onTimeout = () => process.exit(EXIT.cutOff);
    const options = { delay: STOP_MS, logger: false, onSecondSignal, onTimeout } as const;
    closeWithGrace({ ...options, skip: ['SIGINT'] }, (why) => this.#end(why));
    let interruptedAtMs = -Infinity;
    process.on('SIGINT', () => {
      const isSame = systemTime.monotonic() - interruptedAtMs < SAME_INTERRUPT_MS;
      interruptedAtMs = systemTime.monotonic();
      if (!isSame) process.emit('SIGTERM', 'SIGTERM');
    });
  }

  async #end({ err, signal }: { err?: Error; signal?: string }): Promise<void> {
    const log = this.#log;
    if (err) log.fatal({ err }, 'stopping on a fault');
    else log.info({ signal }, 'stopping');
    this.stopping.abort();
    const onError = (fault: Error) => log.error({ err: fault }, 'not stopped');
    const options = { time: systemTime, withinMs: STEPS_MS, onError };
    const cutOff = await stopInOrder(this.#steps(), options);
    if (cutOff.length === 0) return log.info('stopped');
    log.error({ cutOff }, `stopped, but cut off: ${cutOff.join(', ')}`);
    if (!err) process.exit(EXIT.cutOff);
  }
}

async function start(role: Role): Promise<void> {
  const env = await serviceEnvironment();
  const log = createLog(env.config.logLevel);
  for (const origin of env.origins) log.info(origin);
  env.keep({
    onEnded: (name) => log.error(`our own ${name} has ended: it is started again`),
    onBack: (name) => log.info(`our own ${name} runs again`),
    onError: (err, name) =>
      log.error({ err }, `our own ${name} cannot be started; we go on trying`),
  });
  const onWaiting = (line: string) => log.warn(line);
  await reachServers(env, { withinMs: SERVICE_WAITS_MS, onWaiting });
  const applied = await migrateLedger(env);
  if (applied.length > 0) log.info({ applied }, 'migrated');
  const metrics = createMetrics(systemTime);
  const { redisUrl, databaseUrl } = env;
  const { backlogLimit, allowUnsafeRedis, databasePools: poolSizes } = env.config;
  const told = logObserver(log, metrics, systemTime);
  const wire = {
    redisUrl,
    databaseUrl,
    poolSizes,
    backlogLimit,
    allowUnsafeRedis,
    provider: env.provider,
    observer: told,
    time: systemTime,
    figures: () => readFigures(metrics, thisMachine(), systemTime),
  };
  const ending = new Ending(log, env.stop);
  const running = { env, log, metrics, wire, stopping: ending.stopping.signal };
  ending.endOnSignals();
  const worker = role === 'api' ? null : await startWorker(running, role === 'worker');
  if (worker) ending.add(worker);
  if (role !== 'worker') ending.add(await startApi(running, worker?.lateChores ?? (() => [])));
}

const program = new Command('doorbuster')
  .description('Run the service; it starts its own servers when the environment names none')
  .addOption(
    new Option('--role <role>', 'what to run').choices(['api', 'worker', 'all']).default('all'),
  )
  .showHelpAfterError('(--help shows how)')
  .exitOverride(endAfterParsing)
  .action(({ role }: { role: Role }) => start(role));

await program.parseAsync().catch((error: Error) => endWith(error));
