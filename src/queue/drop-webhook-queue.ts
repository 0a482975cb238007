import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QUEUE_PREFIX } from './doorbell.ts';
import { queueName } from './webhook-queues.ts';

/** What BullMQ says when another worker has just dropped the queue. */
const DROPPED = 'Cannot obliterate non-paused queue';

/**
 * Frees what the queue of an endpoint holds in Redis. Jobs still due are made again. Any number of
 * workers may do it at once.
 */
export async function dropWebhookQueue(
  redis: Redis,
  webhook: number,
  onError: (error: Error) => void,
): Promise<void> {
  const on = { connection: redis, prefix: QUEUE_PREFIX, skipMetasUpdate: true };
  const queue = new Queue(queueName(webhook), on);
  queue.on('error', onError);
  try {
    await queue.obliterate({ force: true });
  } catch (error) {
    if (!(error instanceof Error && error.message === DROPPED)) throw error;
  } finally {
    await queue.close();
  }
}
