import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { AcknowledgedEntries } from '../../cell/cells/acknowledged-entries.ts';
import { CellConnections } from '../../cell/connections.ts';
import { Directory } from '../../cell/sale-directory.ts';
import { directorySource } from '../../ledger/terms/directory-source.ts';
import { createPool } from '../../platform/postgres.ts';
import { createRedis, whenReady } from '../../platform/redis.ts';
import type { Time } from '../../platform/time.ts';
import type { PaymentProvider } from '../../provider/payment-provider.ts';
import { InstructionCourier } from '../../service/cells/instruction-courier.ts';
import { RecoverOnce } from '../../service/cells/recover-once-at-a-time.ts';
import type { Observer } from './observer.ts';

export interface WireOptions {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly backlogLimit: number;
  readonly allowUnsafeRedis: boolean;
  /** Takes the money; null: nothing can be paid. */
  readonly provider: PaymentProvider | null;
  readonly observer: Observer;
  readonly time: Time;
}

/** What the api, the worker and the commands have in common. */
export interface Core {
  readonly pool: Pool;
  /** Background work and admin; never the hot path. */
  readonly redis: Redis;
  readonly connections: CellConnections;
  readonly directory: Directory;
  /** What this process acknowledged, and the last entries that it knows of. */
  readonly acknowledged: AcknowledgedEntries;
  readonly recoverOnce: RecoverOnce;
  readonly courier: InstructionCourier;
  readonly onCorrupt: Observer['onCorrupt'];
  readonly provider: PaymentProvider | null;
  readonly allowUnsafeRedis: boolean;
  readonly time: Time;
  close(): Promise<void>;
}

/** The chore that asks payment providers for what is due. */
export const PROVIDER_CALLS = 'provider-calls';

/** @param hot the connection of the hot path, in a process that has one */
export async function wireCore(options: WireOptions, hot?: Redis): Promise<Core> {
  const { redisUrl, databaseUrl, allowUnsafeRedis, provider, observer, time } = options;
  const onError = (error: Error) => observer.onError(error, 'redis');
  let isClosing = false;
  const pool = createPool(databaseUrl, {
    // Connections that are cut while they close are not faults.
    onError: (error) => isClosing || observer.onError(error, 'postgres'),
  });
  const redis = createRedis(redisUrl, { kind: 'steady', onError });
  await whenReady(redis);
  const connections = new CellConnections(redis, hot);
  const directory = new Directory(directorySource(pool), connections);
  await directory.refresh();
  const recoverOnce = new RecoverOnce({
    pool,
    connections,
    directory,
    time,
    onRecovery: observer.onRecovery,
    onError: observer.onError,
  });
  const { onCorrupt } = observer;
  const forCourier = { pool, directory, recoverOnce, onCorrupt, onError: observer.onError };
  const courier = new InstructionCourier(forCourier);
  const close = async () => {
    isClosing = true;
    await recoverOnce.close();
    redis.disconnect();
    await pool.end();
  };
  return {
    pool,
    redis,
    connections,
    directory,
    acknowledged: new AcknowledgedEntries(),
    recoverOnce,
    courier,
    onCorrupt,
    provider,
    allowUnsafeRedis,
    time,
    close,
  };
}
