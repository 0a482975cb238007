import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '../../../src/platform/embedded/processes.ts';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { AWAY_MS, NoInstant, drawShare, redisOf, strikeRedis, untilAcknowledged } from './hunt.ts';
import type { Hunt, KillReport } from './hunt.ts';
import { cutLogTail, logBytes } from '../../fleet/cut-log-tail.ts';
import type { Cut, LoggedEntry } from '../../fleet/cut-log-tail.ts';

/** Some entries of this time settle before Redis dies, and may be cut off as well. */
const SETTLED_MS = 250;
/** Share of the units that a Redis without its data sells. */
const EMPTY_SHARE = 0.15;

const SETTLED = `
  select count(*)::integer as settled
  from entries e
  join unnest($2::integer[], $3::bigint[], $4::bigint[]) as gone (cell, epoch, seq)
    on gone.cell = e.cell and gone.epoch = e.epoch and gone.seq = e.seq
  where e.sale = $1`;

const untilTime = (hunt: Hunt): Promise<void> =>
  untilAcknowledged(hunt, hunt.cap * drawShare(hunt));

/** FLUSHALL: the request waits in the socket of a frozen Redis, which runs it first of all. */
export async function flush(hunt: Hunt): Promise<KillReport> {
  const { url } = redisOf(hunt);
  const connection = createRedis(url, { kind: 'steady', onError: () => {} });
  try {
    await whenReady(connection);
    await untilTime(hunt);
    const startMs = performance.now();
    const moment = await strikeRedis(hunt, async ({ pid }) => {
      const flushed = connection.flushall();
      signal(pid, 'SIGCONT');
      await flushed;
    });
    return { kill: hunt.kill, ...moment, awayMs: performance.now() - startMs, notes: [] };
  } finally {
    connection.disconnect();
  }
}

async function countSettled({ servers, sale }: Hunt, gone: readonly LoggedEntry[]) {
  const columns = (['cell', 'epoch', 'seq'] as const).map((name) => gone.map((one) => one[name]));
  const { rows } = await servers.pool.query<{ settled: number }>(SETTLED, [sale, ...columns]);
  return rows[0]!.settled;
}

const cutNote = ({ fileBytes, atByte, gone }: Cut, settled: number): string =>
  `cut at byte ${atByte} of ${fileBytes}: ${gone.length} entries gone, ${settled} of them settled`;

/** Loss of power on a disk that lies: what Redis wrote last is not in its file. */
export async function cutPower(hunt: Hunt): Promise<KillReport> {
  const redis = redisOf(hunt);
  await untilTime(hunt);
  const fromByte = logBytes(redis.dir);
  await wait(SETTLED_MS);
  const moment = await strikeRedis(hunt, () => redis.kill());
  const startMs = performance.now();
  const cut = cutLogTail(redis.dir, fromByte, hunt.random());
  await wait(AWAY_MS);
  await redis.restart();
  if (!cut) throw new NoInstant('Redis had written too little to cut anything off');
  const notes = [cutNote(cut, await countSettled(hunt, cut.gone))];
  return { kill: hunt.kill, ...moment, awayMs: performance.now() - startMs, notes };
}

/** Kills Redis, and a second later starts one at its address on another folder. */
async function exchange(hunt: Hunt, dir: string): Promise<Omit<KillReport, 'kill' | 'notes'>> {
  const redis = redisOf(hunt);
  const moment = await strikeRedis(hunt, () => redis.kill());
  const startMs = performance.now();
  await wait(AWAY_MS);
  await redis.startOn(dir);
  return { ...moment, awayMs: performance.now() - startMs };
}

const emptyFolder = ({ servers }: Hunt): string => join(servers.folder, 'redis-empty');

/** An empty Redis takes over the address. */
export async function swap(hunt: Hunt): Promise<KillReport> {
  await untilTime(hunt);
  return { kill: hunt.kill, ...(await exchange(hunt, emptyFolder(hunt))), notes: [] };
}

/** Redis starts without its data and sells on; then its data comes back. */
export async function unmount(hunt: Hunt): Promise<KillReport> {
  const { dir } = redisOf(hunt);
  await untilTime(hunt);
  const first = await exchange(hunt, emptyFolder(hunt));
  await untilAcknowledged(hunt, first.acknowledged + hunt.cap * EMPTY_SHARE);
  const second = await exchange(hunt, dir);
  const sold = second.acknowledged - first.acknowledged;
  const note = `sold ${sold} without its data, ${second.unsettled} of them unsettled at the end`;
  return { kill: hunt.kill, ...first, notes: [note] };
}
