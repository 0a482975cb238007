/**
 * A process that recovers or settles a cell, and stops or dies at a point of the work. It reads one
 * JSON task a line from its input and writes to its output when it stops, and each task’s outcome.
 */
import { createInterface } from 'node:readline';
import { CellConnections } from '../../../src/cell/connections.ts';
import { PROTOCOL } from '../../../src/cell/protocol.ts';
import { Directory } from '../../../src/cell/sale-directory.ts';
import type { CellId } from '../../../src/domain/ids.ts';
import { directorySource } from '../../../src/ledger/terms/directory-source.ts';
import { createPool } from '../../../src/platform/postgres.ts';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import type { Seen } from '../../../src/service/cells/claim-cell.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { stoppingPool, stoppingRedis } from './stop-points.ts';
import type { Stop } from './stop-points.ts';

export type ActorTask = {
  readonly cell: CellId;
  readonly stop: Stop;
} & ({ readonly act: 'settle' } | { readonly act: 'recover'; readonly seen: Seen });

export interface ActorSetting {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly idleInTransactionMs: number;
}

const ignore = () => {};
const setting = JSON.parse(process.argv[2]!) as ActorSetting;
const { redisUrl, databaseUrl, idleInTransactionMs } = setting;
const realPool = createPool(databaseUrl, { idleInTransactionMs, onError: ignore });
const realRedis = createRedis(redisUrl, { kind: 'steady', onError: ignore });

async function act(task: ActorTask): Promise<unknown> {
  const { cell, stop } = task;
  const pool = stoppingPool(realPool, stop);
  const connections = new CellConnections(stoppingRedis(realRedis, stop));
  const deps = { ...SILENT, pool, connections, protocol: PROTOCOL };
  if (task.act === 'recover') {
    return recover({ ...deps, time: systemTime, takeOverMs: 0 }, cell, task.seen);
  }
  const directory = new Directory(directorySource(realPool), connections, PROTOCOL);
  await directory.refresh();
  const onCorrupt = (_: unknown, found: string) => {
    throw new Error(found);
  };
  return settleCell({ ...deps, directory, onCorrupt }, cell);
}

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

await whenReady(realRedis);
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const came = act(JSON.parse(line) as ActorTask);
  say(
    await came.then(
      (outcome) => ({ outcome }),
      (error: Error) => ({ failed: error.message }),
    ),
  );
}
process.exit();
