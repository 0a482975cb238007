import type { Redis } from 'ioredis';
import { listenToHeads } from '../../cell/cells/head-channel.ts';
import { createRedis } from '../../platform/redis.ts';
import { Chores } from '../../queue/scheduled-chores.ts';
import type { Chore } from '../../queue/scheduled-chores.ts';
import { Settler } from '../../queue/settle-loop.ts';
import { dropWebhookQueue } from '../../queue/webhook-queues.ts';
import { alignCaps } from '../../service/terms/align-caps-loop.ts';
import { clearDeliveries } from '../../service/webhooks/clear-deliveries-loop.ts';
import { expireUnpaidOrders } from '../../service/orders/expire-loop.ts';
import { forgetEndedSales } from '../../service/terms/forget-ended-sales.ts';
import { voidLostPayments } from '../../service/orders/void-lost-payments.ts';
import { checkStockLevels } from '../../service/webhooks/check-stock-levels.ts';
import { makeProviderCalls } from '../../service/orders/make-provider-calls.ts';
import { ForgetDeadProcesses } from '../../service/processes/forget-dead-processes.ts';
import { PROVIDER_CALLS, wireCore } from './wire-core.ts';
import type { Observer } from './observer.ts';
import type { Core, WireOptions } from './wire-core.ts';

export interface WorkerSide extends Core {
  readonly settler: Settler;
  readonly chores: Chores;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The chores of the worker. @param nudge runs one at once */
function choresOf(core: Core, observer: Observer, nudge: (name: string) => void): Chore[] {
  const onCallsDue = () => nudge(PROVIDER_CALLS);
  const expiring = { ...core, onCallsDue, onExpired: observer.onExpired };
  const calling = {
    ...core,
    onCall: observer.onCall,
    onAlert: observer.onAlert,
    onError: (error: Error) => observer.onError(error, PROVIDER_CALLS),
  };
  const forgetDead = new ForgetDeadProcesses(core);
  const onQueueError = (error: Error) => observer.onError(error, 'webhooks');
  const dropQueue = (webhook: number) => dropWebhookQueue(core.redis, webhook, onQueueError);
  return [
    {
      name: 'expire',
      everyMs: SECOND_MS,
      run: (signal) => expireUnpaidOrders({ ...expiring, signal }),
    },
    {
      name: PROVIDER_CALLS,
      everyMs: SECOND_MS,
      run: (signal) => makeProviderCalls({ ...calling, signal }),
    },
    {
      name: 'lost-payments',
      everyMs: MINUTE_MS,
      run: (signal) => voidLostPayments({ ...calling, onCallsDue, signal }),
    },
    { name: 'dead-processes', everyMs: 2 * SECOND_MS, run: () => forgetDead.run() },
    { name: 'align-caps', everyMs: SECOND_MS, run: () => alignCaps(core) },
    { name: 'forget', everyMs: MINUTE_MS, run: () => forgetEndedSales({ ...core, dropQueue }) },
    { name: 'stock-levels', everyMs: SECOND_MS, run: () => checkStockLevels(core) },
    {
      name: 'clear-webhooks',
      everyMs: MINUTE_MS,
      run: (signal) => clearDeliveries({ ...core, dropQueue }, signal),
    },
  ];
}

function wireChores(core: Core, connection: Redis, observer: Observer): Chores {
  const chores: Chores = new Chores({
    connection,
    time: core.time,
    chores: choresOf(core, observer, (name) => void chores.nudge(name)),
    onError: (error, chore) => observer.onError(error, chore ?? 'chores'),
  });
  return chores;
}

function wireSettler(core: Core, connection: Redis, observer: Observer, onWithdrawn: () => void) {
  return new Settler({
    ...core,
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
  const chores = wireChores(core, connection, observer);
  const settler = wireSettler(core, connection, observer, () => void chores.nudge('align-caps'));
  const close = async () => {
    await Promise.all([settler.stop(), chores.close()]);
    connection.disconnect();
    listener.disconnect();
    await core.close();
  };
  return { ...core, settler, chores, close };
}
