import type { Repeating } from '../../platform/time.ts';
import { isOwnSandboxMeant } from '../own-or-external-servers.ts';
import { createApi } from '../wiring/wire-http.ts';
import { Readiness } from '../wiring/readiness.ts';
import { wireApi } from '../wiring/wire-api.ts';
import { readPools } from '../wiring/wire-pools.ts';
import type { Started } from '../stop-in-order.ts';
import { listen } from './listen.ts';
import type { Running } from './running.ts';
import { signInOf } from './sign-in.ts';
import { tellUnsafeRedis } from './tell-unsafe-redis.ts';

/** The longest that requests may take to be answered, once nothing listens. */
const REQUESTS_MS = 5_000;
/** Between two greetings of our own sandbox. */
const GREET_MS = 5_000;

/**
 * Greets the sandbox, and our own one again and again: a second process of this folder takes over
 * its events, and they would get lost when that process ends.
 */
async function keepGreeting(port: number, { env, log, wire }: Running): Promise<Repeating | null> {
  let told: string | null = null;
  const greet = async () => {
    const fault = await env.greetSandbox(port);
    if (fault && fault !== told) log.warn(fault);
    told = fault;
  };
  await greet();
  if (!isOwnSandboxMeant(env.config)) return null;
  const onError = (err: Error) => log.error({ err }, 'could not register with our own sandbox');
  return wire.time.repeat(greet, GREET_MS, { onError, firstMs: GREET_MS });
}

/**
 * Starts the api.
 * @param lateChores of the worker in the same process, if there is one
 */
export async function startApi(
  running: Running,
  lateChores: () => readonly string[],
): Promise<Started> {
  const { wire, metrics, stopping, env } = running;
  const side = await wireApi(wire);
  metrics.readPools(() => readPools(side.pools));
  metrics.readRemembered(() => side.acknowledged.totals());
  await tellUnsafeRedis(side, running);
  const readiness = new Readiness({ ...side, lateChores, stopping });
  const signIn = signInOf(env);
  const app = await createApi(side, env, { ...running, readiness, signIn });
  const port = await listen(app, running, 'api');
  const greeting = await keepGreeting(port, running);
  const { drainDelayMs } = env.config;
  const stopAnswering = async () => {
    await Promise.all([greeting?.stop(), wire.time.sleep(drainDelayMs)]);
    // Requests that wait for settlement are answered as reserved: every order is answered.
    side.watch.stop();
    await app.close();
  };
  const withinMs = drainDelayMs + REQUESTS_MS;
  return {
    steps: [{ what: 'requests under way', withinMs, stop: stopAnswering }],
    close: side.close,
  };
}
