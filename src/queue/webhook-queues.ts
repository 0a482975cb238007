import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { deliveryName, parseDeliveryName } from '../domain/webhook.ts';
import {
  claimDueDeliveries,
  releaseDeliveries,
  webhooksWithDueDeliveries,
} from '../ledger/webhooks/deliveries.ts';
import { apart, within } from '../platform/deadline.ts';
import type { Repeating, Time } from '../platform/time.ts';
import { tryDelivery } from '../service/webhooks/try-delivery.ts';
import type { Delivered, TryDeliveryDeps } from '../service/webhooks/try-delivery.ts';
import { closeInTime } from './close-in-time.ts';
import { QUEUE_PREFIX } from './doorbell.ts';

export interface WebhookQueuesDeps extends Omit<TryDeliveryDeps, 'signal'> {
  readonly pool: Pool;
  readonly time: Time;
  /** Makes jobs; fails fast. */
  readonly redis: Redis;
  /** For the workers; outlives any cut. */
  readonly connection: Redis;
  readonly onDelivered: (outcome: Exclude<Delivered, object> | 'failed') => void;
  readonly onError: (error: Error) => void;
}

const FEED_MS = 500;
/** One look after an endpoint: a Redis that is away, or silent, must not hold up the next look. */
const FEED_MAX_MS = 5_000;
/**
 * How often lost jobs are looked for: a reply that never arrived leaves a job to a worker that does
 * not know of it.
 */
const STALLED_MS = 10_000;
/** An endpoint with nothing due for this long loses its queue and worker. */
const IDLE_MS = 60_000;
/** Endpoints with a queue at once; others wait until one goes idle. */
const OPEN_MOST = 4_000;
/** For one endpoint: deliveries sent at once, jobs made at once, jobs ready. */
const AT_ONCE = 4;
const FEED_MOST = 500;
const READY_MOST = 1_000;
/** An endpoint with too many retries waiting gets at most this many new jobs, this often. */
const PROBE_MOST = 20;
const PROBE_MS = 60_000;
/** The pause after an outage of the ledger, which says nothing about the endpoint. */
const OUTAGE_MS = 1_000;

/** Thrown in a job so that its queue runs it again after `inMs`. */
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
  /** It accepted a delivery since it was last fed. */
  hasTaken: boolean;
}

/** What BullMQ calls the queue of an endpoint. */
export const queueName = (webhook: number): string => `webhook.${webhook}`;

/**
 * Sends due deliveries. Each endpoint has a queue and a worker of its own, so a slow endpoint holds
 * up no other. A job is only the name of a delivery: the ledger says what is due, and a lost job is
 * made again.
 */
export class WebhookQueues {
  readonly #deps: WebhookQueuesDeps;
  readonly #endpoints = new Map<number, Endpoint>();
  /** Endpoints that are being closed. */
  readonly #closing = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #feeding: Repeating | null = null;
  /** Where the next look for endpoints begins: one look finds only a part of very many. */
  #lookAfter = 0;

  constructor(deps: WebhookQueuesDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { time, onError } = this.#deps;
    this.#feeding = time.repeat(() => this.#feed(), FEED_MS, { onError });
  }

  /** Ends the tries under way; a later run repeats them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const fed = this.#feeding?.stop();
    for (const webhook of this.#endpoints.keys()) this.#close(webhook);
    await Promise.all([fed, ...this.#closing]);
  }

  /** Makes a job of each due delivery. While Redis is away, calls of BullMQ would pile up. */
  async #feed(): Promise<void> {
    if (this.#deps.redis.status !== 'ready') return;
    const { numbers, next } = await webhooksWithDueDeliveries(this.#deps.pool, this.#lookAfter);
    this.#lookAfter = next;
    const fed = await Promise.allSettled(numbers.map((webhook) => this.#feedOne(webhook)));
    for (const one of fed) if (one.status === 'rejected') this.#deps.onError(one.reason as Error);
    this.#closeIdle();
  }

  async #feedOne(webhook: number): Promise<void> {
    const endpoint = this.#endpoints.get(webhook) ?? this.#open(webhook);
    if (!endpoint) return;
    endpoint.dueAtMs = this.#deps.time.monotonic();
    await within(FEED_MAX_MS, () => this.#fill(webhook, endpoint));
  }

  async #fill(webhook: number, endpoint: Endpoint): Promise<void> {
    const counts = await endpoint.queue.getJobCounts('waiting', 'active', 'delayed');
    const ready = (counts['waiting'] ?? 0) + (counts['active'] ?? 0);
    if (ready >= READY_MOST) return;
    const isFull = (counts['delayed'] ?? 0) >= this.#deps.terms.waitingMost;
    const most = isFull ? await this.#thaw(endpoint) : FEED_MOST;
    endpoint.hasTaken = false;
    if (most > 0) await this.#makeJobs(endpoint.queue, webhook, most);
  }

  /**
   * For an endpoint that has not answered for long. A few new deliveries find out whether it
   * accepts again; once it does, all waiting ones are tried at once.
   * @returns how many new jobs to make
   */
  async #thaw(endpoint: Endpoint): Promise<number> {
    if (endpoint.hasTaken) {
      const waiting = await endpoint.queue.getDelayed(0, FEED_MOST - 1);
      // A job that stopped waiting is being tried already.
      await Promise.allSettled(waiting.map((job) => job.promote()));
      return PROBE_MOST;
    }
    if (this.#deps.time.monotonic() - endpoint.probedAtMs < PROBE_MS) return 0;
    endpoint.probedAtMs = this.#deps.time.monotonic();
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
    const made = queue.addBulk(
      jobs.map((jobId) => ({ name: 'deliver', data: {}, opts: { ...opts, jobId } })),
    );
    await made.catch(async (error: unknown) => {
      // The jobs may exist even so: BullMQ keeps an existing job of the same id as it is.
      await apart(() => releaseDeliveries(pool, ids));
      throw error;
    });
  }

  /** @returns null when too many endpoints are open, or none is opened any more */
  #open(webhook: number): Endpoint | null {
    if (this.#endpoints.size >= OPEN_MOST || this.#stopping.signal.aborted) return null;
    const name = queueName(webhook);
    const { redis, connection, onError } = this.#deps;
    const queue = new Queue(name, {
      connection: redis,
      prefix: QUEUE_PREFIX,
      streams: { events: { maxLen: 10 } },
      // Asking for the version at a bad moment would fail this queue for good.
      skipVersionCheck: true,
    });
    const worker = new Worker(name, (job) => this.#deliver(webhook, job.id ?? ''), {
      connection,
      prefix: QUEUE_PREFIX,
      concurrency: AT_ONCE,
      stalledInterval: STALLED_MS,
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

  /** An outage of the ledger fails the job, which is made again once it counts as lost. */
  async #deliver(webhook: number, name: string): Promise<void> {
    const delivery = parseDeliveryName(name);
    if (delivery === null) return;
    const deps = { ...this.#deps, signal: this.#stopping.signal };
    const outcome = await tryDelivery(deps, delivery);
    const endpoint = this.#endpoints.get(webhook);
    if (outcome === 'done' && endpoint) endpoint.hasTaken = true;
    if (typeof outcome !== 'object') return this.#deps.onDelivered(outcome);
    this.#deps.onDelivered('failed');
    throw new TryAgain(outcome.retryInMs);
  }

  #closeIdle(): void {
    for (const [webhook, { dueAtMs }] of this.#endpoints) {
      if (this.#deps.time.monotonic() - dueAtMs >= IDLE_MS) this.#close(webhook);
    }
  }

  #close(webhook: number): void {
    const { queue, worker } = this.#endpoints.get(webhook)!;
    this.#endpoints.delete(webhook);
    const closing = closeInTime(worker)
      .then(() => closeInTime(queue))
      .catch(this.#deps.onError)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
