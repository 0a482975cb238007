import { createApi } from '../wiring/wire-http.ts';
import { Readiness } from '../wiring/readiness.ts';
import { wireApi } from '../wiring/wire-api.ts';
import { readPools } from '../wiring/wire-pools.ts';
import type { Started } from '../stop-in-order.ts';
import { listen } from './listen.ts';
import type { Running } from './running.ts';
import { tellUnsafeRedis } from './tell-unsafe-redis.ts';

/** The longest that requests may take to be answered, once nothing listens. */
const REQUESTS_MS = 5_000;

/**
 * Starts the api.
 * @param lateChores of the worker in the same process, if there is one
 */
export async function startApi(
  running: Running,
  lateChores: () => readonly string[],
): Promise<Started> {
  const { wire, metrics, stopping, env, log } = running;
  const side = await wireApi(wire);
  metrics.readPools(() => readPools(side.pools));
  metrics.readRemembered(() => side.acknowledged.totals());
  await tellUnsafeRedis(side, running);
  const readiness = new Readiness({ ...side, lateChores, stopping });
  const app = await createApi(side, env, { ...running, readiness });
  const port = await listen(app, running, 'api');
  const sandboxFault = await env.greetSandbox(port);
  if (sandboxFault) log.warn(sandboxFault);
  const { drainDelayMs } = env.config;
  const stopAnswering = async () => {
    await wire.time.sleep(drainDelayMs);
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
