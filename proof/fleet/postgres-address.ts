import { join } from 'node:path';
import type { Target } from './tcp-proxy.ts';

const PORT = 5_432;

/** The address of the server of a database, for a proxy. */
export function postgresTarget(databaseUrl: string): Target {
  const { hostname, port, searchParams } = new URL(databaseUrl);
  const folder = searchParams.get('host');
  if (folder === null) return { host: hostname, port: Number(port) };
  return { socket: join(folder, `.s.PGSQL.${PORT}`) };
}

/** The URL of the same database at a proxy. */
export function urlThroughProxy(databaseUrl: string, proxyPort: number): string {
  const { username, pathname } = new URL(databaseUrl);
  return `postgresql://${username}@127.0.0.1:${proxyPort}${pathname}`;
}
