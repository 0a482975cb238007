import type { Redis } from 'ioredis';
import { apart, within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import { findServer } from '../../service/processes/which-redis.ts';
import type { FoundServer } from '../../service/processes/which-redis.ts';
import { shareAnswers } from '../../platform/share-runs.ts';
import type { Time } from '../../platform/time.ts';
import type { Core } from './wire-core.ts';

export interface ReadinessDeps extends Pick<Core, 'pool' | 'redis'> {
  /** The connection of the hot path, in a process that has one. */
  readonly hot?: Redis;
  /** Names the chores of this process that have not run for too long. */
  readonly lateChores?: () => readonly string[];
  /** Aborts when the process begins to stop. */
  readonly stopping: AbortSignal;
  readonly time: Pick<Time, 'monotonic'>;
}

/** Probes give up after a second. */
const ANSWER_WITHIN_MS = 800;
/** Anybody may probe, and each look costs the hot connection a command. */
const KEPT_MS = 200;

/**
 * Whether this process can do its work. A sale in trouble makes no process unready: its requests
 * are answered `busy`, and those of other sales are served. A ledger that is away does not either,
 * because selling goes on without it.
 */
export class Readiness {
  readonly #deps: ReadinessDeps;
  readonly #lookAtRedis: () => Promise<string | null>;
  #finding: Promise<FoundServer['word']> | null = null;

  constructor(deps: ReadinessDeps) {
    this.#deps = deps;
    this.#lookAtRedis = shareAnswers(() => this.#redisFault(), KEPT_MS, deps.time);
  }

  /** @returns why the process is not ready, as a sentence; null: it is */
  async whyNot(): Promise<string | null> {
    const { stopping, lateChores } = this.#deps;
    if (stopping.aborted) return 'This process is stopping.';
    const late = lateChores?.() ?? [];
    if (late.length > 0) return `Chores of this process are late: ${late.join(', ')}.`;
    return this.#lookAtRedis();
  }

  async #redisFault(): Promise<string | null> {
    const pinged = await unlessAway(within(ANSWER_WITHIN_MS, () => this.#pings()));
    if (pinged !== 'answered') return 'Redis does not answer.';
    const found = await unlessAway(within(ANSWER_WITHIN_MS, () => this.#findServer()));
    return found === 'foreign' ? 'This Redis does not hold the cells.' : null;
  }

  #pings(): Promise<'answered' | 'silent'> {
    const { redis, hot = redis } = this.#deps;
    return Promise.all([redis.ping(), hot.ping()]).then(
      () => 'answered',
      () => 'silent',
    );
  }

  /** Probes that come while one waits for the ledger share its answer. */
  #findServer(): Promise<FoundServer['word']> {
    const { pool, redis } = this.#deps;
    this.#finding ??= apart(() => findServer(pool, redis))
      .then(({ word }) => word)
      .finally(() => (this.#finding = null));
    return this.#finding;
  }
}
