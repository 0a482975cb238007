import type { Pool } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import type { Mover } from '../../domain/order-states.ts';
import { isLive } from '../../domain/payment.ts';
import type { PaymentMove, ProviderCallKind } from '../../domain/payment.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { movePayment } from './move-payment.ts';
import { scheduleCall, lockPayments } from './payments.ts';

/** Something a provider is to be asked. */
export interface DueCall {
  readonly id: number;
  readonly payment: string;
  readonly order: string;
  readonly kind: ProviderCallKind;
  readonly amountMinor: number;
  readonly currency: string;
  /** The provider's id of the payment. */
  readonly ref: string;
  /** A merchant's refund; null: of all of it. */
  readonly refund: string | null;
  /** This one among them. */
  readonly tries: number;
}

/** How many a provider has still to be asked. */
export interface DueCalls {
  readonly provider: string;
  readonly calls: number;
}

/** A call that was given up. */
export interface DeadCall extends Omit<DueCall, 'ref'> {
  readonly error: string;
}

/** A call that was tried in vain, and is tried again. */
export interface TriedCall extends Omit<DueCall, 'ref'> {
  /** Null: whoever tried noted nothing. */
  readonly error: string | null;
  readonly nextTryAtMs: number;
}

const TRIES_MAX = 20;
/** Longer than a provider may take to answer: 10 s for each request of its client. */
const LEASE_MS = 30_000;
/** Of a refund: up to ten requests to look for it, and one to make it. */
const REFUND_LEASE_MS = 120_000;

const lease = query<DueCall>('orders/provider-calls/lease');
const done = query('orders/provider-calls/mark-done');
const later = query<{ state: 'due' | 'dead' }>('orders/provider-calls/put-off');
const dead = query('orders/provider-calls/mark-dead');
const listDead = query<DeadCall>('orders/provider-calls/list-dead');
const listTried = query<TriedCall>('orders/provider-calls/list-tried');
const retry = query('orders/provider-calls/retry-dead');
const resolve = query('orders/provider-calls/resolve-dead');
const countDue = query<DueCalls>('orders/provider-calls/count-due');

/**
 * Calls that are due, captures first, kept from other workers for 30 s, refunds for 120 s: if by
 * then nothing is recorded of one, it is made again, with the same key.
 */
export const leaseCalls = (on: Queryable, provider: string, callsMax: number): Promise<DueCall[]> =>
  rows(on, lease, [provider, callsMax, LEASE_MS, REFUND_LEASE_MS]);

/**
 * Records a call that was answered.
 * @param to where it left the payment; null: where it was, as a refund does
 * @returns where the order lives
 */
export function recordAnswer(pool: Pool, call: DueCall, to: PaymentMove | null): Promise<CellId> {
  const { order, payment, ref } = call;
  return transaction(pool, async (client) => {
    const locked = (await lockPayments(client, order))!;
    if (to) await movePayment(client, locked, payment, { to, ref });
    await run(client, done, [call.id]);
    return locked.order.cell;
  });
}

/** @returns `dead` after the last of 20 tries, which lie up to 10 min apart */
export async function recordAway(
  on: Queryable,
  call: DueCall,
  why: string,
): Promise<'due' | 'dead'> {
  return (await rows(on, later, [call.id, why, TRIES_MAX]))[0]?.state ?? 'due';
}

/**
 * The provider will never do it. What it will not capture is given up, so that the shopper's money
 * is not kept aside and the order may be paid otherwise.
 */
export function recordRefused(pool: Pool, call: DueCall, why: string): Promise<void> {
  return transaction(pool, async (client) => {
    const locked = (await lockPayments(client, call.order))!;
    const payment = locked.payments.find(({ id }) => id === call.payment);
    await run(client, dead, [call.id, why]);
    if (call.kind === 'capture' && payment && isLive(payment)) {
      await scheduleCall(client, call.payment, 'void');
    }
  });
}

/** A list of calls or kept events is never longer. */
export const LISTED_MAX = 1_000;

/** Oldest first, at most 1000. */
export const listDeadCalls = (on: Queryable): Promise<DeadCall[]> => rows(on, listDead);

/** Due, and tried at least twice; oldest first, at most 1000. */
export const listTriedCalls = (on: Queryable): Promise<TriedCall[]> => rows(on, listTried);

/** @param id null: all of them  @returns how many dead calls are due again */
export const retryDeadCalls = (on: Queryable, id: number | null): Promise<number> =>
  run(on, retry, [id]);

/** An operator settled a dead call by hand: it is over. @returns whether there was such a call */
export const resolveDeadCall = async (on: Queryable, id: number, by: Mover): Promise<boolean> =>
  (await run(on, resolve, [id, by.who, by.why])) > 0;

/** Of each provider that has some. */
export const countDueCalls = (on: Queryable): Promise<DueCalls[]> => rows(on, countDue);
