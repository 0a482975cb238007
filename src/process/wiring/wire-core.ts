import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { AcknowledgedEntries } from '../../cell/cells/acknowledged-entries.ts';
import { CellConnections } from '../../cell/connections.ts';
import { PROTOCOL } from '../../cell/protocol.ts';
import { Directory } from '../../cell/sale-directory.ts';
import { SellingActivity } from '../../cell/selling/selling-activity.ts';
import { directorySource } from '../../ledger/terms/directory-source.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import { USUAL_POOLS } from '../../platform/config/pools.ts';
import type { PoolSizes } from '../../platform/config/pools.ts';
import { createRedis, whenReady } from '../../platform/redis.ts';
import type { Time } from '../../platform/time.ts';
import type { PaymentProvider } from '../../provider/payment-provider.ts';
import { InstructionCourier } from '../../service/cells/instruction-courier.ts';
import { RecoverOnce } from '../../service/cells/recover-once-at-a-time.ts';
import type { RecoverOnceDeps } from '../../service/cells/recover-once-at-a-time.ts';
import type { RecoverDeps } from '../../service/cells/recover-cell.ts';
import { requireOurServer } from '../../service/processes/which-redis.ts';
import type { Observer } from './observer.ts';
import { presenceForRecovery, wirePresence } from './wire-presence.ts';
import type { MakeFigures, ServiceRole } from './wire-presence.ts';
import { endPools, wirePools } from './wire-pools.ts';
import type { Pools } from './wire-pools.ts';

export interface WireOptions {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Default: `USUAL_POOLS`. */
  readonly poolSizes?: PoolSizes;
  readonly backlogLimit: number;
  readonly allowUnsafeRedis: boolean;
  /** Takes the money; null: nothing can be paid. */
  readonly provider: PaymentProvider | null;
  readonly observer: Observer;
  readonly time: Time;
  /** How the process does, for operators; without it the process tells nobody. */
  readonly figures?: MakeFigures;
  /** Of the scripts; `PROTOCOL`, unless the process stands for one of another release. */
  readonly protocol?: number;
}

/** What the api, the worker and the commands have in common. */
export interface Core {
  /** The general one of the pools. */
  readonly pool: Pool;
  readonly pools: Pools;
  /** Background work and admin; never the hot path. */
  readonly redis: Redis;
  readonly connections: CellConnections;
  readonly directory: Directory;
  /** What this process acknowledged, and the last entries that it knows of. */
  readonly acknowledged: AcknowledgedEntries;
  readonly activity: SellingActivity;
  /** Of this process's scripts. */
  readonly protocol: number;
  /** The id under which this process is registered; null: it is not, as a command. */
  readonly processId: string | null;
  readonly mayTake: RecoverDeps['mayTake'];
  readonly handOver: RecoverDeps['handOver'];
  readonly beatingForMs: RecoverDeps['beatingForMs'];
  readonly onLoss: Observer['onLoss'];
  readonly onSettled: Observer['onSettled'];
  readonly recoverOnce: RecoverOnce;
  readonly courier: InstructionCourier;
  readonly onCorrupt: Observer['onCorrupt'];
  readonly provider: PaymentProvider | null;
  readonly allowUnsafeRedis: boolean;
  readonly time: Time;
  readonly observer: Observer;
  close(): Promise<void>;
}

const POOL_END_MS = 500;

/** The chore that asks payment providers for what is due. */
export const PROVIDER_CALLS = 'provider-calls';
/** The chore that makes the reports that apis asked for. */
export const REPORTS = 'reports';

/** What recovers cells, by themselves or by a command, and what brings instructions to them. */
function wireRecovery(deps: RecoverOnceDeps, { onCorrupt, onError }: Observer) {
  const recoverOnce = new RecoverOnce(deps);
  const courier = new InstructionCourier({ ...deps, recoverOnce, onCorrupt, onError });
  const { handOver, beatingForMs, mayTake } = deps;
  return { recoverOnce, courier, handOver, beatingForMs, mayTake };
}

/** @throws WrongRedis when the cells are on another Redis */
async function openDirectory(
  pool: Pool,
  connections: CellConnections,
  redis: Redis,
  { protocol, time }: Pick<Core, 'protocol' | 'time'>,
): Promise<Directory> {
  const directory = new Directory(directorySource(pool), connections, protocol);
  await directory.refresh();
  await requireOurServer({ pool, time }, redis, directory);
  return directory;
}

/**
 * @param role null: a command, which the other processes need not know
 * @param hot the connection of the hot path, in a process that has one
 * @throws WrongRedis when the cells are on another Redis
 */
export async function wireCore(
  options: WireOptions,
  role: ServiceRole | null,
  hot?: Redis,
): Promise<Core> {
  const { redisUrl, databaseUrl, allowUnsafeRedis, provider, observer, time } = options;
  const { protocol = PROTOCOL } = options;
  const { onCorrupt, onLoss, onPinned, onRecovery, onSettled, onError } = observer;
  let isClosing = false;
  // Connections that are cut while they close are not faults.
  const onCut = (error: Error) => isClosing || onError(error, 'postgres');
  const pools = wirePools(databaseUrl, options.poolSizes ?? USUAL_POOLS, onCut);
  const pool = pools.general;
  const redis = createRedis(redisUrl, {
    kind: 'steady',
    onError: (error) => onError(error, 'redis'),
  });
  await whenReady(redis);
  const connections = new CellConnections(redis, hot);
  const directory = await openDirectory(pool, connections, redis, { protocol, time });
  const shared = { pool, connections, directory, protocol, time };
  const memory = { acknowledged: new AcknowledgedEntries(), activity: new SellingActivity() };
  const parts = { ...shared, ...memory, observer };
  const presence = role && (await wirePresence(role, { ...parts, figures: options.figures }));
  const told = { onCorrupt, onLoss, onPinned, onRecovery, onSettled, onError };
  const forRecovery = { ...shared, ...presenceForRecovery(presence), ...told };
  const close = async () => {
    isClosing = true;
    await wired.recoverOnce.close();
    await presence?.stop();
    redis.disconnect();
    // What still uses a connection by then only reads, or was cut off before.
    await unlessAway(within(POOL_END_MS, () => endPools(pools)));
  };
  const wired = wireRecovery(forRecovery, observer);
  return {
    ...parts,
    ...wired,
    ...told,
    pools,
    provider,
    allowUnsafeRedis,
    processId: presence?.id ?? null,
    redis,
    close,
  };
}
