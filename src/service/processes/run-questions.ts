import { readRunId } from '../../cell/cells/server-identity.ts';
import type { RedisCommands } from '../../platform/redis.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';

/** A connection that leaves the question open for this long leads nowhere at present. */
export const ANSWER_WITHIN_MS = 200;

/**
 * Asks Redis for its run, and waits for the answer only briefly: a process whose connection hangs
 * must still be seen alive.
 */
export class RunQuestions {
  readonly #time: Pick<Time, 'after'>;
  /** Connections that owe an answer which came too late for its asker. */
  readonly #silent = new Set<RedisCommands>();

  constructor(time: Pick<Time, 'after'>) {
    this.#time = time;
  }

  /** @returns null when Redis is away or does not answer in time */
  async ask(redis: RedisCommands): Promise<string | null> {
    if (this.#silent.has(redis)) return null;
    const asked = unlessAway(readRunId(redis));
    let cancel = () => {};
    const late = new Promise<'late'>((resolve) => {
      cancel = this.#time.after(ANSWER_WITHIN_MS, () => resolve('late'));
    });
    const answer = await Promise.race([asked, late]).finally(cancel);
    if (answer === 'late') this.#waitFor(redis, asked);
    return answer === 'late' || answer === 'away' ? null : answer;
  }

  #waitFor(redis: RedisCommands, asked: Promise<unknown>): void {
    const forgive = () => void this.#silent.delete(redis);
    this.#silent.add(redis);
    asked.then(forgive, forgive);
  }
}
