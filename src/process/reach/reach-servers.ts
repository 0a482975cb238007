import { systemTime } from '../../platform/time.ts';
import { UnusableServers } from '../end-with.ts';
import { shownUrl } from '../own-or-external-servers.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Finding, Probe } from './finding.ts';
import { probePostgres } from './probe-postgres.ts';
import { probeRedis } from './probe-redis.ts';

/** A server that the environment names, or that is our own. */
interface Server {
  readonly product: 'Redis' | 'Postgres';
  readonly url: string;
  readonly variable: string;
  readonly ownRemedy: string | null;
  readonly probe: Probe;
}

export interface ReachOptions {
  /** The longest to wait for all servers together. */
  readonly withinMs: number;
  /** Is told in one line what is waited for. */
  readonly onWaiting: (line: string) => void;
}

/** How long the service waits for its servers. */
export const SERVICE_WAITS_MS = 20_000;
const PAUSE_MS = 500;

export type Servers = Pick<Environment, 'redisUrl' | 'databaseUrl' | 'ownRemedy'>;

const redisOf = ({ redisUrl, ownRemedy }: Servers): Server => ({
  product: 'Redis',
  url: redisUrl,
  variable: 'REDIS_URL',
  ownRemedy,
  probe: probeRedis,
});

export const postgresOf = ({ databaseUrl, ownRemedy }: Servers): Server => ({
  product: 'Postgres',
  url: databaseUrl,
  variable: 'DATABASE_URL',
  ownRemedy,
  probe: probePostgres,
});

const placeOf = ({ product, url }: Server): string => `${product} at ${shownUrl(url)}`;

/** Says in one line which server cannot be used, why, and what to do. */
export function lineOf(server: Server, { what, remedy }: Finding): string {
  const { ownRemedy } = server;
  if (ownRemedy) return `our own ${placeOf(server)} ${what}. ${ownRemedy}`;
  return `${placeOf(server)} (${server.variable}) ${what}. ${remedy}`;
}

/** Probes servers again and again until each can be used, or one never will. */
async function reach(servers: readonly Server[], options: ReachOptions): Promise<void> {
  let untilMs = systemTime.monotonic() + options.withinMs;
  const reachOne = async (server: Server): Promise<string | null> => {
    for (let told = ''; ; await systemTime.sleep(PAUSE_MS)) {
      const found = await server.probe(server.url);
      if (!found) return null;
      if (!found.mayPass) untilMs = 0;
      if (systemTime.monotonic() + PAUSE_MS >= untilMs) return lineOf(server, found);
      if (told !== found.what)
        options.onWaiting(`waiting for ${placeOf(server)}: it ${found.what}`);
      told = found.what;
    }
  };
  const lines = await Promise.all(servers.map(reachOne));
  const faults = lines.filter((line) => line !== null);
  if (faults.length > 0) throw new UnusableServers(faults);
}

/** @throws UnusableServers when Redis or Postgres cannot be used in time */
export const reachServers = (servers: Servers, options: ReachOptions): Promise<void> =>
  reach([redisOf(servers), postgresOf(servers)], options);

/** For work that needs no Redis. @throws UnusableServers when Postgres cannot be used in time */
export const reachPostgres = (servers: Servers, options: ReachOptions): Promise<void> =>
  reach([postgresOf(servers)], options);
