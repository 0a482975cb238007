import type { Pool } from 'pg';
import type { PaymentMove, ProviderCallKind } from '../domain/payment.ts';
import type { CellId } from '../domain/ids.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { movePayment } from './payment-moves.ts';
import { lockPayments } from './payments.ts';

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

/** A call that was given up. */
export interface DeadCall extends Omit<DueCall, 'ref'> {
  readonly error: string;
}

const TRIES_MAX = 20;
/** Longer than a provider may take to answer. */
const LEASE_MS = 30_000;

const lease = query<DueCall>('provider-calls/lease');
const done = query('provider-calls/done');
const later = query<{ state: 'due' | 'dead' }>('provider-calls/later');
const dead = query('provider-calls/dead');
const listDead = query<DeadCall>('provider-calls/list-dead');
const retry = query('provider-calls/retry');

/**
 * Calls that are due, kept from other workers for 30 s: if by then nothing is recorded of one, it
 * is made again, with the same key.
 */
export const leaseCalls = (on: Queryable, provider: string, callsMax: number): Promise<DueCall[]> =>
  rows(on, lease, [provider, callsMax, LEASE_MS]);

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

/** The provider will never do it. */
export async function recordRefused(on: Queryable, call: DueCall, why: string): Promise<void> {
  await run(on, dead, [call.id, why]);
}

/** Oldest first, at most 1000. */
export const listDeadCalls = (on: Queryable): Promise<DeadCall[]> => rows(on, listDead);

/** @returns whether there was such a dead call */
export const retryDeadCall = async (on: Queryable, id: number): Promise<boolean> =>
  (await run(on, retry, [id])) > 0;
