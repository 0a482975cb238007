import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { deliveryName, parseDeliveryName } from '../domain/webhook.ts';
import { claimDueDeliveries, webhooksWithDueDeliveries } from '../ledger/webhooks/deliveries.ts';
import { repeat } from '../platform/repeat.ts';
import type { Repeating } from '../platform/repeat.ts';
import { deliverWebhook } from '../service/webhooks/try-delivery.ts';
import type { Delivered, DeliverWebhookDeps } from '../service/webhooks/try-delivery.ts';
import { QUEUE_PREFIX } from './doorbell.ts';

export interface WebhookQueuesDeps extends Omit<DeliverWebhookDeps, 'signal'> {
  readonly pool: Pool;
  /** Makes jobs; fails fast. */
  readonly redis: Redis;
  /** The workers', which outlives any cut. */
  readonly connection: Redis;
  readonly onDelivered: (outcome: Exclude<Delivered, object> | 'failed') => void;
  readonly onError: (error: Error) => void;
}

const FEED_MS = 500;
/** An endpoint that nothing was due for so long is no longer listened for. */
const IDLE_MS = 60_000;
/** Endpoints listened for; more than so many wait for one that goes idle. */
const OPEN_MOST = 4_000;
/** Of one endpoint: sent at once, made jobs of at once, and ready. */
const AT_ONCE = 4;
const FEED_MOST = 500;
const READY_MOST = 1_000;
/** Of one with too many waiting to be tried again: so many that are new, and no sooner again. */
const PROBE_MOST = 20;
const PROBE_MS = 60_000;
/** After what is no answer of the endpoint: the ledger is away. */
const OUTAGE_MS = 1_000;

/** Thrown in a job so that its queue runs it again after a while. */
class TryAgain extends Error {
  override readonly name = 'TryAgain';
  readonly inMs: number;

  constructor(inMs: number) {
    super(`again in ${inMs} ms`);
    this.inMs = inMs;
  }
}

interface Endpoint {
  readonly queue: Queue;
  readonly worker: Worker;
  dueAtMs: number;
  probedAtMs: number;
  /** It took something since it was last fed. */
  hasTaken: boolean;
}

const queueName = (webhook: number): string => `webhook.${webhook}`;

/**
 * Sends what is due, each endpoint from a queue and a worker of its own, so that a slow one holds
 * up nobody. A job is only a delivery's name: what is due stands in the ledger, and a job that is
 * lost is made again.
 */
export class WebhookQueues {
  readonly #deps: WebhookQueuesDeps;
  readonly #endpoints = new Map<number, Endpoint>();
  readonly #stopping = new AbortController();
  #feeding: Repeating | null = null;
  /** Where the next look for endpoints begins: with very many, each look finds others. */
  #lookAfter = 0;

  constructor(deps: WebhookQueuesDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#feeding = repeat(() => this.#feed().catch(this.#deps.onError), FEED_MS);
  }

  /** Ends tries under way; they are made again later. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#feeding?.stop();
    await Promise.all([...this.#endpoints.values()].map(close));
    this.#endpoints.clear();
  }

  /** Makes jobs of what is due. */
  async #feed(): Promise<void> {
    const { numbers, next } = await webhooksWithDueDeliveries(this.#deps.pool, this.#lookAfter);
    this.#lookAfter = next;
    const fed = await Promise.allSettled(numbers.map((webhook) => this.#feedOne(webhook)));
    for (const one of fed) if (one.status === 'rejected') this.#deps.onError(one.reason as Error);
    await this.#closeIdle();
  }

  async #feedOne(webhook: number): Promise<void> {
    const endpoint = this.#endpoints.get(webhook) ?? this.#open(webhook);
    if (!endpoint) return;
    endpoint.dueAtMs = performance.now();
    const counts = await endpoint.queue.getJobCounts('waiting', 'active', 'delayed');
    const ready = (counts['waiting'] ?? 0) + (counts['active'] ?? 0);
    if (ready >= READY_MOST) return;
    const isFull = (counts['delayed'] ?? 0) >= this.#deps.terms.waitingMost;
    const most = isFull ? await this.#thaw(endpoint) : FEED_MOST;
    endpoint.hasTaken = false;
    if (most > 0) await this.#makeJobs(endpoint.queue, webhook, most);
  }

  /**
   * An endpoint that has not answered for long: once it takes something, what waits is tried at
   * once, and until then a little that is new finds out whether it does.
   * @returns how many new jobs to make
   */
  async #thaw(endpoint: Endpoint): Promise<number> {
    if (endpoint.hasTaken) {
      const waiting = await endpoint.queue.getDelayed(0, FEED_MOST - 1);
      // One that is no longer waiting is being tried already.
      await Promise.allSettled(waiting.map((job) => job.promote()));
      return PROBE_MOST;
    }
    if (performance.now() - endpoint.probedAtMs < PROBE_MS) return 0;
    endpoint.probedAtMs = performance.now();
    return PROBE_MOST;
  }

  async #makeJobs(queue: Queue, webhook: number, most: number): Promise<void> {
    const { pool, terms } = this.#deps;
    const ids = await claimDueDeliveries(pool, webhook, most, terms.lostAfterMs);
    const opts = {
      attempts: terms.retryAfterMs.length + 1,
      backoff: { type: 'custom' },
      removeOnComplete: true,
      removeOnFail: true,
    };
    const jobs = ids.map(deliveryName);
    // A job of the same id that is still there stays as it is.
    await queue.addBulk(
      jobs.map((jobId) => ({ name: 'deliver', data: {}, opts: { ...opts, jobId } })),
    );
  }

  /** @returns null when there are too many */
  #open(webhook: number): Endpoint | null {
    if (this.#endpoints.size >= OPEN_MOST) return null;
    const name = queueName(webhook);
    const { redis, connection, onError } = this.#deps;
    const queue = new Queue(name, {
      connection: redis,
      prefix: QUEUE_PREFIX,
      streams: { events: { maxLen: 10 } },
    });
    const worker = new Worker(name, (job) => this.#deliver(webhook, job.id ?? ''), {
      connection,
      prefix: QUEUE_PREFIX,
      concurrency: AT_ONCE,
      settings: {
        backoffStrategy: (_tries, _type, error) =>
          error instanceof TryAgain ? error.inMs : OUTAGE_MS,
      },
    });
    queue.on('error', onError);
    worker.on('error', onError);
    const endpoint = { queue, worker, dueAtMs: 0, probedAtMs: -Infinity, hasTaken: false };
    this.#endpoints.set(webhook, endpoint);
    return endpoint;
  }

  /** An outage of the ledger fails the job: it is made again when it counts as lost. */
  async #deliver(webhook: number, name: string): Promise<void> {
    const delivery = parseDeliveryName(name);
    if (delivery === null) return;
    const deps = { ...this.#deps, signal: this.#stopping.signal };
    const outcome = await deliverWebhook(deps, delivery);
    const endpoint = this.#endpoints.get(webhook);
    if (outcome === 'done' && endpoint) endpoint.hasTaken = true;
    if (typeof outcome !== 'object') return this.#deps.onDelivered(outcome);
    this.#deps.onDelivered('failed');
    throw new TryAgain(outcome.retryInMs);
  }

  async #closeIdle(): Promise<void> {
    for (const [webhook, endpoint] of this.#endpoints) {
      if (performance.now() - endpoint.dueAtMs < IDLE_MS) continue;
      this.#endpoints.delete(webhook);
      await close(endpoint);
    }
  }
}

async function close({ queue, worker }: Endpoint): Promise<void> {
  await worker.close();
  await queue.close();
}

/** Frees what an endpoint's queue has in Redis; jobs for what is still due are made again. */
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
  } finally {
    await queue.close();
  }
}
