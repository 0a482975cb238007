import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { deliveryName, parseDeliveryName } from '../domain/webhook.ts';
import { claimDue, pruneDeliveries, webhooksWithDue } from '../ledger/deliveries.ts';
import type { WebhookPlace } from '../ledger/deliveries.ts';
import { repeat } from '../platform/repeat.ts';
import type { Repeating } from '../platform/repeat.ts';
import { deliverWebhook } from '../service/deliver-webhook.ts';
import type { Delivered, DeliverWebhookDeps } from '../service/deliver-webhook.ts';
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
const PRUNE_MS = 60_000;
/** An endpoint that nothing was due for so long is no longer listened for. */
const IDLE_MS = 60_000;
/** Of one endpoint: sent at once, made jobs of at once, ready, and waiting to be tried again. */
const AT_ONCE = 4;
const FEED_MOST = 500;
const READY_MOST = 1_000;
const DELAYED_MOST = 5_000;
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
}

/**
 * Sends what is due, each endpoint from a queue and a worker of its own, so that a slow one holds
 * up nobody. A job is only a delivery's name: what is due stands in the ledger, and a job that is
 * lost is made again.
 */
export class WebhookQueues {
  readonly #deps: WebhookQueuesDeps;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #stopping = new AbortController();
  #repeating: Repeating[] = [];

  constructor(deps: WebhookQueuesDeps) {
    this.#deps = deps;
  }

  start(): void {
    const told = (work: () => Promise<unknown>) => () =>
      work().catch((error: Error) => this.#deps.onError(error));
    this.#repeating = [
      repeat(
        told(() => this.#feed()),
        FEED_MS,
      ),
      repeat(
        told(() => pruneDeliveries(this.#deps.pool)),
        PRUNE_MS,
      ),
    ];
  }

  /** Ends tries under way; they are made again later. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#repeating.map((one) => one.stop()));
    await Promise.all([...this.#endpoints.values()].map(close));
    this.#endpoints.clear();
  }

  /** Makes jobs of what is due. */
  async #feed(): Promise<void> {
    const due = await webhooksWithDue(this.#deps.pool);
    const fed = await Promise.allSettled(due.map((place) => this.#feedOne(place)));
    for (const one of fed) if (one.status === 'rejected') this.#deps.onError(one.reason as Error);
    await this.#closeIdle();
  }

  async #feedOne(place: WebhookPlace): Promise<void> {
    const { pool, terms } = this.#deps;
    const { queue } = this.#endpoint(place);
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed');
    const ready = (counts['waiting'] ?? 0) + (counts['active'] ?? 0);
    if (ready >= READY_MOST || (counts['delayed'] ?? 0) >= DELAYED_MOST) return;
    const ids = await claimDue(pool, place, FEED_MOST, terms.lostAfterMs);
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

  #endpoint({ sale, id }: WebhookPlace): Endpoint {
    const name = `webhook.${sale}.${id}`;
    const known = this.#endpoints.get(name) ?? this.#open(name);
    known.dueAtMs = performance.now();
    return known;
  }

  #open(name: string): Endpoint {
    const { redis, connection, onError } = this.#deps;
    const queue = new Queue(name, {
      connection: redis,
      prefix: QUEUE_PREFIX,
      streams: { events: { maxLen: 10 } },
    });
    const worker = new Worker(name, (job) => this.#deliver(job.id ?? ''), {
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
    const endpoint = { queue, worker, dueAtMs: 0 };
    this.#endpoints.set(name, endpoint);
    return endpoint;
  }

  /** An outage of the ledger fails the job: it is made again when it counts as lost. */
  async #deliver(name: string): Promise<void> {
    const delivery = parseDeliveryName(name);
    if (delivery === null) return;
    const deps = { ...this.#deps, signal: this.#stopping.signal };
    const outcome = await deliverWebhook(deps, delivery);
    if (typeof outcome !== 'object') return this.#deps.onDelivered(outcome);
    this.#deps.onDelivered('failed');
    throw new TryAgain(outcome.retryInMs);
  }

  async #closeIdle(): Promise<void> {
    for (const [name, endpoint] of this.#endpoints) {
      if (performance.now() - endpoint.dueAtMs < IDLE_MS) continue;
      this.#endpoints.delete(name);
      await close(endpoint);
    }
  }
}

async function close({ queue, worker }: Endpoint): Promise<void> {
  await worker.close();
  await queue.close();
}
