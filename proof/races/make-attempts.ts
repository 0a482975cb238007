import type { Pool } from 'pg';
import type { IdempotencyKey } from '../../src/domain/ids.ts';
import type { RefundView } from '../../src/domain/refunds/refund.ts';
import { expireDueOrders } from '../../src/ledger/orders/expire.ts';
import { endOrders } from '../../src/ledger/orders/change-order-state.ts';
import { takeProviderEvent } from '../../src/ledger/orders/payment-events.ts';
import { recordOpened } from '../../src/ledger/orders/begin-payment.ts';
import { refundUnits } from '../../src/ledger/orders/refund.ts';
import { transaction } from '../../src/platform/postgres.ts';
import { CURRENCY, PROVIDER } from './race-setup.ts';
import type { Entrant } from './race-setup.ts';
import type { Attempt } from './draw-attempts.ts';
import { OPERATOR } from '../builders/ids.ts';

/** The result of an attempt, with the refund if one was answered. */
export interface Answer {
  readonly word: string;
  readonly refund?: RefundView;
}

type Of<What extends Attempt['what']> = Extract<Attempt, { what: What }>;

const END_TIME = `update orders set expires_at = now() - interval '1 second' where id = $1`;

export const eventId = ({ id }: Entrant, { number }: Of<'event'>): string => `${id}-e${number}`;
export const refundKey = ({ number }: Of<'refund'>): string => `k${number}`;

async function takeEvent(pool: Pool, entrant: Entrant, event: Of<'event'>): Promise<Answer> {
  const { id: order, totalMinor: amountMinor, payments } = entrant;
  const { id: payment, ref } = payments[event.payment]!;
  const said = { payment, order, ref, amountMinor, currency: CURRENCY };
  const { kind } = event;
  const id = eventId(entrant, event);
  return { word: (await takeProviderEvent(pool, PROVIDER, { id, kind, ...said })).outcome };
}

async function open(pool: Pool, { id, payments }: Entrant): Promise<Answer> {
  const { id: payment, ref } = payments.at(-1)!;
  const opened = await recordOpened(pool, { id: payment, order: id }, { ref, checkout: {} });
  return { word: 'code' in opened ? opened.code : opened.isNew ? 'opened' : 'known' };
}

async function expire(pool: Pool, { cell }: Entrant, { most }: Of<'expire'>): Promise<Answer> {
  const { expired, stuck } = await expireDueOrders(pool, cell, most);
  if (stuck.length > 0) throw new Error(`${stuck[0]!.order} cannot expire: ${stuck[0]!.reason}`);
  return { word: `${expired} expired` };
}

async function cancel(pool: Pool, { id, cell }: Entrant): Promise<Answer> {
  const by = { who: 'shopper', why: 'raced' };
  const ended = await transaction(pool, (client) => {
    return endOrders(client, cell, [id], 'cancelled', by);
  });
  return { word: ended.length > 0 ? 'cancelled' : 'too late' };
}

async function refund(pool: Pool, { id }: Entrant, attempt: Of<'refund'>): Promise<Answer> {
  const key = refundKey(attempt) as IdempotencyKey;
  const done = await refundUnits(pool, { order: id, key, actor: OPERATOR, ...attempt.asked });
  if ('code' in done) return { word: done.code };
  return { word: done.isReplay ? 'replayed' : done.view.state, refund: done.view };
}

/** Makes one attempt through the functions that services call. @throws unless it won or lost */
export async function makeAttempt(pool: Pool, entrant: Entrant, attempt: Attempt): Promise<Answer> {
  switch (attempt.what) {
    case 'event':
      return takeEvent(pool, entrant, attempt);
    case 'open':
      return open(pool, entrant);
    case 'expire':
      return expire(pool, entrant, attempt);
    case 'cancel':
      return cancel(pool, entrant);
    case 'refund':
      return refund(pool, entrant, attempt);
  }
}

/** Makes an order overdue. */
export async function endTime(pool: Pool, { id }: Entrant): Promise<void> {
  await pool.query({ name: 'end-time', text: END_TIME, values: [id] });
}
