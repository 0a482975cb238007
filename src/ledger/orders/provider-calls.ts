import type { Pool, PoolClient } from 'pg';
import type { CellId, SaleId } from '../../domain/ids.ts';
import type { Mover } from '../../domain/order-states.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { isLive } from '../../domain/payment.ts';
import type { PaymentMove, ProviderCallKind } from '../../domain/payment.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';
import { announceFailedPayment, announceFailedRefund } from '../webhooks/announce-payments.ts';
import { movePayment } from './move-payment.ts';
import { scheduleCall, lockPayments } from './payments.ts';

/** A call that a worker must make to a provider. */
export interface DueCall {
  readonly id: number;
  readonly payment: string;
  readonly order: string;
  readonly kind: ProviderCallKind;
  readonly amountMinor: number;
  readonly currency: string;
  /** The provider's id of the payment. */
  readonly ref: string;
  /** The merchant's refund that the call makes; null: the call is about the whole payment. */
  readonly refund: string | null;
  /** The number of tries, including the present one. */
  readonly tries: number;
}

/** The number of due calls of a provider. */
export interface DueCallCount {
  readonly provider: string;
  readonly calls: number;
}

/** A call that was given up. */
export interface DeadCall extends Omit<DueCall, 'ref'> {
  readonly error: string;
}

/** A due call that was tried in vain. */
export interface TriedCall extends Omit<DueCall, 'ref'> {
  /** Why the last try failed; null: the worker that tried noted nothing. */
  readonly error: string | null;
  readonly nextTryAtMs: number;
}

const TRIES_MAX = 20;
/** Longer than a provider may take: its client waits 10 s for the answer to a request. */
const LEASE_MS = 30_000;
/** A refund may take eleven requests: ten to look for it, and one to make it. */
const REFUND_LEASE_MS = 120_000;

/**
 * A process that was not seen for this long makes no more calls. A connection to the ledger that
 * falls silent keeps a living process unseen for up to 2.5 s.
 */
const GONE_AFTER_MS = 5_000;

interface CallOfSale {
  readonly id: number;
  readonly sale: SaleId;
}

const lease = query<DueCall>('orders/provider-calls/lease');
const done = query('orders/provider-calls/mark-done');
const later = query<{ state: 'due' | 'dead' }>('orders/provider-calls/put-off');
const dead = query('orders/provider-calls/mark-dead');
const listDead = query<DeadCall>('orders/provider-calls/list-dead');
const listTried = query<TriedCall>('orders/provider-calls/list-tried');
const retry = query<CallOfSale>('orders/provider-calls/retry-dead');
const resolve = query<CallOfSale>('orders/provider-calls/resolve-dead');
const countDue = query<DueCallCount>('orders/provider-calls/count-due');

/** The process that takes calls. */
export interface Leaser {
  /** The id under which it is registered; null: it is not. */
  readonly id: string | null;
  /** For how long it has been seen without a gap. */
  readonly seenForMs: number;
  /** The calls that it makes at present; null: nobody knows. */
  readonly making: readonly number[] | null;
}

/**
 * Takes due calls, captures first. Nobody else gets them for 30 s, or 120 s for a refund. If
 * nothing is recorded about a call by then, some worker makes it again, with the same key. Calls of
 * a process that was not seen for 5 s are free sooner, but only to a process that was itself seen
 * all that time: after an outage of the ledger nobody has been seen for a while. A process takes a
 * call again that it leased and does not make: the ledger's answer was lost.
 */
export const leaseCalls = (
  on: Queryable,
  provider: string,
  callsMax: number,
  { id, seenForMs, making }: Leaser = { id: null, seenForMs: 0, making: null },
): Promise<DueCall[]> => {
  const lengths = [LEASE_MS, REFUND_LEASE_MS];
  const mayJudge = seenForMs >= GONE_AFTER_MS;
  return rows(on, lease, [provider, callsMax, ...lengths, id, mayJudge, GONE_AFTER_MS, making]);
};

/**
 * Records that the provider answered a call.
 * @param to the payment's new state; null: the call does not change it (a refund)
 * @returns the order's cell
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

/**
 * Records that the provider could not be reached. There are 20 tries, up to 10 min apart.
 * @param client of a transaction
 * @returns `dead` after the last try
 */
export async function recordAway(
  client: PoolClient,
  call: DueCall,
  why: string,
): Promise<'due' | 'dead'> {
  const state = (await rows(client, later, [call.id, why, TRIES_MAX]))[0]?.state ?? 'due';
  if (state === 'dead') await announceFailedRefund(client, call.id, 'away');
  return state;
}

/**
 * Records that the provider refuses a call for good. A refused capture gives the payment up: the
 * provider releases the shopper's money, and the order can be paid in another way.
 */
export function recordRefused(pool: Pool, call: DueCall, why: string): Promise<void> {
  return transaction(pool, async (client) => {
    const locked = (await lockPayments(client, call.order))!;
    const payment = locked.payments.find(({ id }) => id === call.payment);
    const given = await run(client, dead, [call.id, why]);
    if (given > 0) await announceFailedRefund(client, call.id, 'refused');
    if (call.kind === 'capture' && payment && isLive(payment)) {
      await scheduleCall(client, call.payment, 'void');
      if (given > 0) await announceFailedPayment(client, call.payment, 'not_captured');
    }
  });
}

/** The longest list of calls or of kept events. */
export const LISTED_MAX = 1_000;

/** Lists dead calls, oldest first, at most 1000. */
export const listDeadCalls = (on: Queryable): Promise<DeadCall[]> => rows(on, listDead);

/** Lists due calls that were tried at least twice, oldest first, at most 1000. */
export const listTriedCalls = (on: Queryable): Promise<TriedCall[]> => rows(on, listTried);

const record = (
  client: PoolClient,
  actor: Actor,
  { id, sale }: CallOfSale,
  what: 'retry' | 'resolve',
): Promise<void> => {
  const change = { sale, subject: `call:${id}`, what, owner: null } as const;
  const after = { state: what === 'retry' ? 'due' : 'resolved' };
  return recordChange(client, actor, { ...change, before: { state: 'dead' }, after });
};

/** A transaction holds the chains of changes of its sales, so it does not make more calls due. */
export const RETRIED_MAX = 500;

/**
 * Makes dead calls due again.
 * @param id null: the oldest ones, at most 500
 * @returns their number
 */
export const retryDeadCalls = (pool: Pool, id: number | null, actor: Actor): Promise<number> =>
  transaction(pool, async (client) => {
    const calls = await rows(client, retry, [id, RETRIED_MAX]);
    for (const call of calls) await record(client, actor, call, 'retry');
    return calls.length;
  });

/**
 * Notes that an operator settled a dead call by hand; `actor` says why.
 * @returns false when there is no such dead call
 */
export const resolveDeadCall = (
  pool: Pool,
  id: number,
  by: Mover,
  actor: Actor,
): Promise<boolean> =>
  transaction(pool, async (client) => {
    const [call] = await rows(client, resolve, [id, by.who, by.why]);
    if (call) await record(client, actor, call, 'resolve');
    return call !== undefined;
  });

/** Counts due calls, for each provider that has some. */
export const countDueCalls = (on: Queryable): Promise<DueCallCount[]> => rows(on, countDue);
