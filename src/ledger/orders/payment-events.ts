import type { Pool, PoolClient } from 'pg';
import type { CellId, SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import type { Mover } from '../../domain/order-states.ts';
import type { EventOutcome, ProviderEvent } from '../../domain/payment.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';
import { takeFailedRefund } from './failed-refund.ts';
import { movePayment } from './move-payment.ts';
import { lockPayments } from './payments.ts';
import type { PayableOrder, PaymentRow } from './payments.ts';

/** How an event was taken. */
export interface TakenEvent {
  readonly outcome: EventOutcome;
  /** The number that we gave the event; null: it is a duplicate. */
  readonly id: number | null;
  readonly payment: string | null;
  readonly order: string | null;
  /** The order's cell; null: no order is known. */
  readonly cell: CellId | null;
  /** Why the event is kept for an operator; null: it is not kept. */
  readonly reason: string | null;
}

/** An event that waits for an operator. `unknown`: we know no such payment. */
export interface KeptEvent {
  readonly id: number;
  readonly provider: string;
  readonly body: ProviderEvent;
  readonly outcome: 'unknown' | 'refused';
  readonly reason: string | null;
  readonly receivedAt: Date;
}

type Applied = Omit<TakenEvent, 'id'>;

/** A verified event that is being taken. */
interface Taking {
  /** The number that we gave the event. */
  readonly id: number;
  readonly provider: string;
  readonly event: ProviderEvent;
  /** The event was kept for an operator, who has it taken again. */
  readonly isRetry: boolean;
}

const insert = query<{ id: number }>('orders/payment-events/insert');
const setOutcome = query('orders/payment-events/set-outcome');
const listKept = query<KeptEvent>('orders/payment-events/list-kept');
const lockKept = query<KeptEvent>('orders/payment-events/lock-kept');
const resolve = query<{ id: number; sale: SaleId | null }>('orders/payment-events/resolve-kept');
const find = query<{ id: string; order: string }>('orders/payments/find');

const NOWHERE = { payment: null, order: null, cell: null };

/** Why an event cannot be about the payment it names; null: it can. */
function mismatch(provider: string, payment: PaymentRow, event: ProviderEvent): string | null {
  const { id, order, ref, currency, amountMinor } = payment;
  if (provider !== payment.provider) return `${id} belongs to ${payment.provider}`;
  if (event.payment !== null && event.payment !== id) return `names ${event.payment}, not ${id}`;
  if (event.order !== null && event.order !== order) return `names ${event.order}, not ${order}`;
  if (ref !== null && event.ref !== ref) return `names ${event.ref}, not ${ref}`;
  if (event.currency !== currency) return `says ${event.currency}, not ${currency}`;
  const isOfRefund = event.kind === 'refunded' || event.kind === 'refund_failed';
  // The amount of a refund's event is what went back, and that may be a part.
  const isPart = isOfRefund && event.amountMinor > 0;
  const isRight = isPart ? event.amountMinor <= amountMinor : event.amountMinor === amountMinor;
  return isRight ? null : `says ${event.amountMinor}, not ${amountMinor}`;
}

async function move(
  client: PoolClient,
  found: { id: string; order: string },
  { id, provider, event, isRetry }: Taking,
): Promise<Applied> {
  const locked = (await lockPayments(client, found.order))!;
  const payment = locked.payments.find((one) => one.id === found.id)!;
  const { order }: { order: PayableOrder } = locked;
  const where = { payment: found.id, order: order.id, cell: order.cell, reason: null };
  const { kind, ref, refund } = event;
  if (kind === 'other') return { ...where, outcome: 'known' };
  const reason = mismatch(provider, payment, event);
  if (reason !== null) return { ...where, outcome: 'refused', reason };
  // We made this refund: the answer to our call says the same.
  if (kind === 'refunded') return { ...where, outcome: 'known' };
  if (kind === 'refund_failed') {
    if (!refund) throw new Error(`the event ${event.id} names no refund`);
    const failed = { provider, event: id, payment: payment.id, refund, isRetry };
    return { ...where, ...(await takeFailedRefund(client, failed)) };
  }
  const outcome = await movePayment(client, locked, payment.id, { to: kind, ref });
  return { ...where, outcome };
}

async function apply(client: PoolClient, taking: Taking): Promise<Applied> {
  const { provider, event } = taking;
  const { kind, ref, payment } = event;
  const [found] = await rows(client, find, [provider, ref, payment]);
  if (found) return move(client, found, taking);
  const outcome = kind === 'other' ? 'known' : 'unknown';
  return { ...NOWHERE, outcome, reason: outcome === 'unknown' ? 'there is no such payment' : null };
}

async function applyTo(client: PoolClient, taking: Taking): Promise<TakenEvent> {
  const applied = await apply(client, taking);
  const { id } = taking;
  const { outcome, payment, order, reason } = applied;
  await run(client, setOutcome, [id, outcome, payment, order, reason]);
  return { ...applied, id };
}

/**
 * Notes a verified event and does everything that follows from it, in one transaction. When the
 * same event comes again, at any time, it is a duplicate.
 */
export function takeProviderEvent(
  pool: Pool,
  provider: string,
  event: ProviderEvent,
): Promise<TakenEvent> {
  return transaction(pool, async (client): Promise<TakenEvent> => {
    const { id, kind, amountMinor, currency } = event;
    const values = [provider, id, kind, amountMinor, currency, JSON.stringify(event)];
    const [row] = await rows(client, insert, values);
    if (!row) return { ...NOWHERE, id: null, outcome: 'duplicate', reason: null };
    return applyTo(client, { id: row.id, provider, event, isRetry: false });
  });
}

/** Lists events that wait for an operator, oldest first, at most 1000. */
export const listKeptEvents = (
  on: Queryable,
  outcome: KeptEvent['outcome'] | null,
): Promise<KeptEvent[]> => rows(on, listKept, [outcome]);

/**
 * Takes a kept event again, after an operator has fixed what was wrong.
 * @returns null when no such event is kept
 */
export function retryKeptEvent(pool: Pool, id: number, actor: Actor): Promise<TakenEvent | null> {
  return transaction(pool, async (client) => {
    const [kept] = await rows(client, lockKept, [id]);
    if (!kept) return null;
    const { provider, body: event } = kept;
    const taken = await applyTo(client, { id, provider, event, isRetry: true });
    if (taken.outcome === kept.outcome) return taken;
    await recordChange(client, actor, {
      sale: taken.cell?.sale ?? null,
      subject: `event:${id}`,
      what: 'retry',
      owner: null,
      before: { outcome: kept.outcome },
      after: { outcome: taken.outcome, order: taken.order },
    });
    return taken;
  });
}

/**
 * Notes that an operator settled by hand what a kept event is about.
 * @returns false when no such event is kept
 */
export const resolveKeptEvent = (
  pool: Pool,
  id: number,
  by: Mover,
  actor: Actor,
): Promise<boolean> =>
  transaction(pool, async (client) => {
    const [event] = await rows(client, resolve, [id, by.who, by.why]);
    if (!event) return false;
    await recordChange(client, actor, {
      sale: event.sale,
      subject: `event:${id}`,
      what: 'resolve',
      owner: null,
      before: null,
      after: { outcome: 'resolved' },
    });
    return true;
  });
