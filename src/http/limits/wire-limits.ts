import type { Answers } from '../answers.ts';
import type { App, HttpDeps, OpsDeps } from '../deps.ts';
import { addressReader } from './client-address.ts';
import type { AddressOf } from './client-address.ts';
import { Connections } from './connections.ts';
import { Pressure, watchPressure } from './pressure.ts';
import { RateGate } from './rate-limits.ts';

/** Watches the connections of the app until it closes. */
export function watchedConnections(app: App, { time, limits, onTurnedAway }: OpsDeps): Connections {
  const connections = new Connections({ time, max: limits.maxConnections, onTurnedAway });
  const stop = connections.watch(app.server);
  app.addHook('onClose', async () => stop());
  return connections;
}

/** @returns how hard-pressed this process is, until the app closes */
export function watchedPressure(
  app: App,
  { time, limits, backlog, readPressure }: HttpDeps,
): Pressure {
  const { shedDelaysMs: delaysMs, shedBacklogs: backlogs } = limits;
  const pressure = new Pressure({ delaysMs, backlogs });
  const stop = watchPressure(pressure, time, backlog);
  app.addHook('onClose', async () => stop());
  readPressure(() => pressure.level);
  return pressure;
}

const UNKNOWN_PROXY =
  'a request came with X-Forwarded-For, but TRUST_PROXY is not set: ' +
  'all callers without a token behind one proxy share one rate limit';

/** @returns what reads the address of a caller, behind the proxies that we trust */
export function readAddresses({ log, limits }: OpsDeps): AddressOf {
  const onUnknownProxy = () => log.warn(UNKNOWN_PROXY);
  return addressReader({ trust: limits.trustProxy, onUnknownProxy });
}

export function rateGate(
  { limits, time, onTurnedAway }: HttpDeps,
  answers: Answers,
  addressOf: AddressOf,
): RateGate {
  return new RateGate({ limits: limits.rateLimits, addressOf, time, answers, onTurnedAway });
}
