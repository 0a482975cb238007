import type { Redis } from 'ioredis';
import { listenToHeads } from '../../cell/cells/head-channel.ts';
import { createRedis, pulse } from '../../platform/redis.ts';
import type { Chores } from '../../queue/scheduled-chores.ts';
import { Settler } from '../../queue/settle-loop.ts';
import type { Observer } from './observer.ts';
import { wireChores } from './wire-chores.ts';
import { wireCore } from './wire-core.ts';
import type { Core, WireOptions } from './wire-core.ts';

export interface WorkerSide extends Core {
  readonly settler: Settler;
  readonly chores: Chores;
  /** Ends settling and chores, before it is closed; on a silent server that may take long. */
  readonly finish: () => Promise<void>;
}

function wireSettler(core: Core, connection: Redis, observer: Observer, onWithdrawn: () => void) {
  return new Settler({
    ...core,
    pool: core.pools.settlement,
    connection,
    onWithdrawn,
    onError: (error, cell) => observer.onError(error, cell ?? 'settler'),
  });
}

/** Wires the worker. The caller starts its settler and chores. */
export async function wireWorker(options: WireOptions): Promise<WorkerSide> {
  const core = await wireCore(options, 'worker');
  const { observer } = options;
  const onError = (error: Error) => observer.onError(error, 'redis');
  const connection = createRedis(options.redisUrl, { kind: 'queue', onError });
  const listener = createRedis(options.redisUrl, { kind: 'listen', onError });
  listenToHeads(listener, core.acknowledged, (error) => observer.onError(error, 'heads'));
  const stopPulses = [connection, listener].map((one) => pulse(one, options.time));
  const chores = wireChores(core, connection, observer);
  const settler = wireSettler(core, connection, observer, () => void chores.nudge('align-caps'));
  const finish = async () => {
    await Promise.all([settler.stop(), chores.close()]);
  };
  const close = async () => {
    // A silent server must not keep this process from signing off.
    await core.close();
    for (const stop of stopPulses) stop();
    connection.disconnect();
    listener.disconnect();
  };
  return { ...core, settler, chores, finish, close };
}
