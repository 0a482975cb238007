import { createRedis, pulse } from '../../platform/redis.ts';
import { WebhookQueues } from '../../queue/webhook-queues.ts';
import type { WebhookQueuesDeps } from '../../queue/webhook-queues.ts';
import { DELIVERY_TERMS } from '../../service/webhooks/try-delivery.ts';
import type { Core } from './wire-core.ts';

export interface WebhooksOutOptions
  extends
    Pick<Core, 'pool' | 'redis' | 'time'>,
    Pick<WebhookQueuesDeps, 'allowPrivate' | 'onDelivered' | 'onError'>,
    Partial<Pick<WebhookQueuesDeps, 'terms'>> {
  readonly redisUrl: string;
}

/** Starts sending due deliveries. @returns what ends it */
export function startWebhooks(options: WebhooksOutOptions): { stop(): Promise<void> } {
  const { redisUrl, onError } = options;
  const connection = createRedis(redisUrl, { kind: 'queue', onError });
  const stopPulse = pulse(connection, options.time);
  const queues = new WebhookQueues({ terms: DELIVERY_TERMS, ...options, connection });
  queues.start();
  return {
    stop: async () => {
      await queues.stop();
      stopPulse();
      connection.disconnect();
    },
  };
}
