import type { Pool } from 'pg';
import type { RefundView } from '../../src/domain/refunds/refund.ts';
import type { BrokenPromise } from '../../src/ledger/audit.ts';
import type { Entrant } from './race-setup.ts';
import type { Attempt } from './draw-attempts.ts';
import { eventId, refundKey } from './make-attempts.ts';
import type { Answer } from './make-attempts.ts';

const REFUNDS = `select count(*)::integer as found
  from refunds r
  join unnest($1::text[], $2::text[], $3::bigint[]) as a (id, "order", cash)
    on r.id = a.id and r.order_id = a."order" and r.cash_minor = a.cash`;

const RETURNED = `select cause, count(*)::integer as payments from provider_calls
  where kind = 'refund' and refund is null group by cause`;

const broken = (subject: string, detail: string): BrokenPromise => {
  return { promise: 'answers', subject, detail };
};

/** The answers of a round, compared with each other at once and with the ledger at its end. */
export class Answers {
  /** Counts over all rounds: answers by attempt, and money that goes back by cause. */
  readonly counts: Record<string, number> = {};
  readonly broken: BrokenPromise[] = [];
  readonly #events = new Set<string>();
  readonly #cancelled = new Set<string>();
  readonly #refunds = new Map<string, RefundView>();

  beginRound(): void {
    this.#events.clear();
    this.#cancelled.clear();
    this.#refunds.clear();
  }

  note(entrant: Entrant, attempt: Attempt, answer: Answer): void {
    const { word } = answer;
    this.#count(`${attempt.what === 'event' ? attempt.kind : attempt.what}: ${word}`);
    if (attempt.what === 'event' && word !== 'duplicate') {
      this.#once(this.#events, eventId(entrant, attempt), 'an event was taken twice');
    }
    if (word === 'cancelled') this.#once(this.#cancelled, entrant.id, 'cancelled twice');
    if (attempt.what === 'refund' && answer.refund) {
      this.#noteRefund(`${entrant.id} ${refundKey(attempt)}`, answer.refund);
    }
  }

  /** Notes a fault: an attempt must win or lose. */
  noteFault({ id }: Entrant, { what }: Attempt, error: Error): void {
    this.broken.push(broken(id, `${what} failed: ${error.message}`));
  }

  /** Counts captured money that goes back, by cause. */
  async countReturned(pool: Pool): Promise<void> {
    const { rows } = await pool.query<{ cause: string; payments: number }>(RETURNED);
    for (const { cause, payments } of rows) this.#count(`goes back: ${cause}`, payments);
  }

  /** Compares the answered refunds with the ledger. */
  async check(pool: Pool): Promise<BrokenPromise[]> {
    const views = [...this.#refunds.values()];
    const columns = [views.map(({ id }) => id), views.map(({ order }) => order)];
    const values = [...columns, views.map(({ cash }) => cash)];
    const { rows } = await pool.query<{ found: number }>(REFUNDS, values);
    const [{ found }] = rows as [{ found: number }];
    if (found === views.length) return [...this.broken];
    return [...this.broken, broken('refunds', `${views.length} answered, ${found} in the ledger`)];
  }

  #count(name: string, more = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + more;
  }

  #once(seen: Set<string>, name: string, detail: string): void {
    if (seen.has(name)) this.broken.push(broken(name, detail));
    seen.add(name);
  }

  #noteRefund(name: string, view: RefundView): void {
    const before = this.#refunds.get(name);
    if (before && JSON.stringify(before) !== JSON.stringify(view)) {
      this.broken.push(broken(name, 'the same refund got two different answers'));
    }
    this.#refunds.set(name, view);
  }
}
