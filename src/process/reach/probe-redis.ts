import { Redis } from 'ioredis';
import { PROBE_MS, mayPass, shortly, stays } from './finding.ts';
import type { Finding } from './finding.ts';

const LEAST_VERSION = 7;
const START = 'Start it, or correct REDIS_URL';
const PASSWORD = 'Put the right user and password into REDIS_URL: redis://USER:PASSWORD@HOST';

/** How the errors of a connection begin, and what they mean. */
const MEANINGS: readonly (readonly [begins: RegExp, finding: Finding])[] = [
  [/^NOAUTH/, stays('asks for a password', PASSWORD)],
  [/^WRONGPASS|^ERR invalid password/, stays('refuses the user or the password', PASSWORD)],
  [
    /^NOPERM/,
    stays('gives its user too few rights', 'Allow that user all commands and keys: ~* &* +@all'),
  ],
  [
    /^ERR DB index|^ERR invalid DB index/,
    stays('has no database of that number', 'Correct the number at the end of REDIS_URL'),
  ],
  [/RESP type|^Protocol error/, stays('does not speak as Redis does', 'Correct REDIS_URL')],
  [/^LOADING/, mayPass('is still loading its data', 'Wait until it has, then start again')],
  [/^Command timed out/, mayPass('accepts connections but does not answer', START)],
];

/** What Redis says about itself. @param info the answer to INFO */
function findingOf(info: string): Finding | null {
  const valueOf = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const version = valueOf('redis_version') ?? '';
  if (Number.parseInt(version, 10) < LEAST_VERSION) {
    return stays(`has version ${version}`, `Use Redis ${LEAST_VERSION} or newer`);
  }
  const mode = valueOf('redis_mode');
  if (mode === 'cluster' || mode === 'sentinel') {
    return stays(`runs as a ${mode}`, 'Point REDIS_URL at one server that runs alone');
  }
  if (valueOf('loading') === '1') return MEANINGS.find(([begins]) => begins.test('LOADING'))![1];
  if (valueOf('role') === 'slave') {
    return mayPass('is a replica, which only reads', 'Point REDIS_URL at the primary');
  }
  return null;
}

function meaningOf(error: Error): Finding {
  const [, known] = MEANINGS.find(([begins]) => begins.test(error.message)) ?? [];
  return known ?? mayPass(`does not answer (${shortly(error)})`, START);
}

/** Asks a Redis whether the service can use it. */
export async function probeRedis(url: string): Promise<Finding | null> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    connectTimeout: PROBE_MS,
    commandTimeout: PROBE_MS,
    connectionName: 'doorbuster-probe',
  });
  // The connection tells only its listener why it fails, and that it refused a database's number.
  let told: Error | undefined;
  redis.on('error', (error: Error) => (told ??= error));
  try {
    await redis.connect();
    const info = await redis.info();
    return told ? meaningOf(told) : findingOf(info);
  } catch (error) {
    return meaningOf(told ?? (error as Error));
  } finally {
    redis.disconnect();
  }
}
