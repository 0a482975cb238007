import { beforeEach, expect, test } from 'vitest';
import type { Pool } from 'pg';
import { FIRST_REGISTERED_PROTOCOL } from '../../../src/cell/protocol.ts';
import type { Directory } from '../../../src/cell/sale-directory.ts';
import { beat } from '../../../src/ledger/processes/registry.ts';
import { createPool } from '../../../src/platform/postgres.ts';
import { OlderReleases } from '../../../src/service/processes/older-releases.ts';
import { withStage } from '../../world/servers/with-stage.ts';

const OLDER = FIRST_REGISTERED_PROTOCOL;
const OURS = OLDER + 1;
const BEAT_MS = 500;
const SINCE_MS = { now: 0, long: 60_000 };

let pool: Pool;
/** The monotonic clock of the process that looks. */
let nowMs: number;
let releases: OlderReleases;

withStage(
  'test',
  async (world) => {
    pool = createPool(world.databaseUrl, { onError: () => {} });
    return { close: () => pool.end() };
  },
  () => {},
);

/** What a process of protocol `OURS` knows when cells have these protocols. */
function releasesFor(protocols: readonly number[]): OlderReleases {
  const cells = protocols.map((protocol) => ({ protocol }));
  const directory = { sales: () => [{ cells }] } as unknown as Directory;
  const time = { monotonic: () => nowMs };
  return new OlderReleases({ pool, directory, protocol: OURS, time });
}

beforeEach(() => {
  nowMs = 0;
  releases = releasesFor([OLDER]);
});

/** A process as the ledger has it; without a time since it sold, it was active just now. */
async function register(
  id: string,
  protocol: number,
  { acknowledges = true, activeMsAgo = SINCE_MS.now, seenMsAgo = SINCE_MS.now } = {},
): Promise<void> {
  const said = { runId: 'r', rememberedOrders: 0, isActive: true };
  await beat(pool, { id, name: id, protocol, acknowledges }, said);
  const text = `update processes set
    active_at = clock_timestamp() - $2 * interval '1 ms',
    seen_at = clock_timestamp() - $3 * interval '1 ms' where id = $1`;
  await pool.query(text, [id, activeMsAgo, seenMsAgo]);
}

const registerOurs = () => register('ours', OURS);

/** Looks at every beat for this long. */
async function lookFor(ms: number): Promise<void> {
  for (const untilMs = nowMs + ms; nowMs < untilMs; nowMs += BEAT_MS) await releases.look();
}

test('cells of an older release are free when its processes are idle', async () => {
  await registerOurs();
  await register('one', OLDER, { activeMsAgo: SINCE_MS.long });
  await register('two', OLDER, { activeMsAgo: SINCE_MS.long });
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(true);
});

test('cells of an older release are free when none of its processes lives', async () => {
  await registerOurs();
  await register('dead', OLDER, { seenMsAgo: SINCE_MS.long });
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(true);
});

test('one process that sells keeps all cells of its release', async () => {
  await registerOurs();
  await register('one', OLDER, { activeMsAgo: SINCE_MS.long });
  await register('two', OLDER);
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(false);
});

test('cells stay with an older release while no api of this release lives', async () => {
  await register('our worker', OURS, { acknowledges: false });
  await register('our api', OURS, { seenMsAgo: SINCE_MS.long });
  await register('idle', OLDER, { activeMsAgo: SINCE_MS.long });
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(false);
});

test('nobody counts as dead until processes were watched for two seconds', async () => {
  await registerOurs();
  await register('dead', OLDER, { seenMsAgo: SINCE_MS.long });
  await lookFor(2_000);
  expect(releases.mayTake(OLDER)).toBe(false);
  // The ledger is away: nobody can be seen.
  nowMs += 10_000;
  await lookFor(2_000);
  expect(releases.mayTake(OLDER)).toBe(false);
  await lookFor(BEAT_MS);
  expect(releases.mayTake(OLDER)).toBe(true);
});

test('a release that wakes up keeps what was not taken within five seconds', async () => {
  await registerOurs();
  await register('one', OLDER, { activeMsAgo: SINCE_MS.long });
  await lookFor(3_000);
  await register('one', OLDER);
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(true);
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(false);
});

test('cells of a newer release, and of one that does not register, are never free', async () => {
  const others = [OURS, OURS + 1, FIRST_REGISTERED_PROTOCOL - 1, 0];
  releases = releasesFor([OLDER, ...others]);
  await registerOurs();
  await lookFor(3_000);
  expect(releases.mayTake(OLDER)).toBe(true);
  for (const one of others) expect(releases.mayTake(one)).toBe(false);
});
