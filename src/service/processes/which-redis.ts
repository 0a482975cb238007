import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { hasPin, readRunId, writePin } from '../../cell/cells/server-identity.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { pinnedServer, pinServer } from '../../ledger/processes/pinned-server.ts';
import type { PinnedServer, PinReason } from '../../ledger/processes/pinned-server.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import type { RegisteredProcess } from '../../ledger/processes/registry.ts';
import type { RedisCommands } from '../../platform/redis.ts';
import { processElsewhere } from './processes-elsewhere.ts';
import type { ElsewhereDeps } from './processes-elsewhere.ts';

/**
 * The Redis server that this process reaches, compared with the one that holds the cells. `ours`:
 * the same data, in the same run or another · `flushed`: the same run without its data ·
 * `unpinned`: no server held cells before · `foreign`: another server, an empty one, or an older
 * one.
 */
export interface FoundServer {
  readonly word: 'ours' | 'flushed' | 'unpinned' | 'foreign';
  readonly runId: string;
  readonly pinned: PinnedServer | null;
}

/** This Redis must not be used for the cells as things are. Nothing was changed. */
export class WrongRedis extends Error {
  override readonly name = 'WrongRedis';
}

const PIN_BYTES = 16;
const WHAT_TO_DO =
  'Point REDIS_URL at the server that holds the cells. Only if its data is lost for good, run ' +
  '"./doorbuster redis adopt"';

const ONE_SERVER =
  'Nothing was started: this Redis may be a copy. Point REDIS_URL of every process at one server';

/** @throws when Redis or the ledger is away */
export async function findServer(pool: Pool, redis: RedisCommands): Promise<FoundServer> {
  const runId = await readRunId(redis);
  const pinned = await pinnedServer(pool);
  if (!pinned) return { word: 'unpinned', runId, pinned };
  if (await hasPin(redis, pinned.pin)) return { word: 'ours', runId, pinned };
  return { word: runId === pinned.runId ? 'flushed' : 'foreign', runId, pinned };
}

/** The one line that says what was found, what was expected and what to do. */
export function wrongRedis({ runId, pinned }: FoundServer, why: string): WrongRedis {
  const expected = pinned
    ? `key doorbuster:server:${pinned.pin}, last run ${pinned.runId}`
    : 'none';
  return new WrongRedis(
    `this Redis does not hold the cells of the ledger: ${why}. Found run ${runId} without that ` +
      `key; expected ${expected}. ${WHAT_TO_DO}`,
  );
}

/** The line that says that two processes reach different servers. */
export const disagreement = (
  { runId }: Pick<FoundServer, 'runId'>,
  other: Pick<RegisteredProcess, 'name' | 'runId'>,
  effect: string,
): WrongRedis =>
  new WrongRedis(
    `processes reach different Redis servers: this one run ${runId}, ${other.name} run ` +
      `${other.runId}. ${effect}`,
  );

/** Why the server is pinned anew; null: it is pinned as it is. */
function reasonFor({ word, runId, pinned }: FoundServer): PinReason | null {
  if (word === 'unpinned') return 'first';
  if (word === 'flushed') return 'flushed';
  if (word === 'foreign') return 'adopted';
  return runId === pinned!.runId ? null : 'restarted';
}

/**
 * Notes in the ledger, and on the server, that this server holds the cells.
 * @param operator the one who says so; null: the service found it out
 * @returns why it had to be noted; null: nothing has changed
 */
export async function pinFound(
  pool: Pool,
  redis: RedisCommands,
  found: FoundServer,
  operator: Actor | null = null,
): Promise<PinReason | null> {
  const why = operator ? 'operator' : reasonFor(found);
  if (why === null) return null;
  const keepsPin = found.word === 'ours' || found.word === 'flushed';
  const pin = keepsPin ? found.pinned!.pin : randomBytes(PIN_BYTES).toString('base64url');
  const put = () => writePin(redis, pin);
  await pinServer(pool, found.pinned, { pin, runId: found.runId, why }, put, operator);
  return why;
}

/**
 * A process that starts must not take another server for the one that holds the cells. A copy of
 * that one, such as a promoted replica, has its key too; but it is in another run, and processes
 * that live reach the other.
 * @throws WrongRedis when some sale was opened and this Redis does not hold its cells
 */
export async function requireOurServer(
  deps: ElsewhereDeps,
  redis: RedisCommands,
  directory: Directory,
): Promise<void> {
  const cells = directory.sales().flatMap((sale) => sale.cells);
  if (!cells.some(({ epoch }) => epoch > 0)) return;
  const found = await findServer(deps.pool, redis);
  if (found.word === 'foreign') throw wrongRedis(found, 'it is another one, or it lost its data');
  if (found.word !== 'ours' || found.runId === found.pinned!.runId) return;
  const other = await processElsewhere(deps, found.runId);
  if (other) throw disagreement(found, other, ONE_SERVER);
}
