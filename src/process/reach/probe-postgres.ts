import { Socket } from 'node:net';
import pg from 'pg';
import { sqlState } from '../../platform/sql-states.ts';
import { PROBE_MS, mayPass, shortly, stays } from './finding.ts';
import type { Finding } from './finding.ts';

const LEAST_VERSION = 15;
const VERSION_UNITS = 10_000;
const START = 'Start it, or correct DATABASE_URL';

interface Self {
  readonly version: number;
  readonly only_reads: boolean;
}

const ABOUT = `select current_setting('server_version_num')::int as version,
  pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as only_reads`;

function findingOf({ version, only_reads: onlyReads }: Self): Finding | null {
  const major = Math.floor(version / VERSION_UNITS);
  if (major < LEAST_VERSION) {
    return stays(`has version ${major}`, `Use Postgres ${LEAST_VERSION} or newer`);
  }
  return onlyReads ? mayPass('only reads', 'Point DATABASE_URL at the primary') : null;
}

function meaningOf(error: Error): Finding {
  const state = sqlState(error) ?? '';
  if (state.startsWith('28')) {
    const what = `refuses the user or the password (${error.message})`;
    return stays(
      what,
      'Put the right ones into DATABASE_URL: postgresql://USER:PASSWORD@HOST/NAME',
    );
  }
  if (state === '3D000') {
    return stays(`says: ${error.message}`, 'Create it, or correct the name in DATABASE_URL');
  }
  if (state === '57P03') return mayPass(`says: ${error.message}`, 'Wait, then start again');
  if (state !== '') return mayPass(`says: ${error.message}`, START);
  if (/^timeout expired|^Query read timeout/.test(error.message)) {
    return mayPass('does not answer', START);
  }
  return mayPass(`does not answer (${shortly(error)})`, START);
}

/** Asks a Postgres whether the service can use it. */
export async function probePostgres(url: string): Promise<Finding | null> {
  const socket = new Socket();
  const client = new pg.Client({
    stream: () => socket,
    connectionString: url,
    connectionTimeoutMillis: PROBE_MS,
    query_timeout: PROBE_MS,
    application_name: 'doorbuster',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Self>(ABOUT);
    await client.end();
    return findingOf(rows[0]!);
  } catch (error) {
    return meaningOf(error as Error);
  } finally {
    // A silent server would never confirm the end.
    socket.destroy();
  }
}
