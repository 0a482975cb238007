import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { OrderId } from '../../src/domain/ids.ts';
import { signFor } from '../../proof/builders/secrets.ts';
import type { TokenClaims } from '../../src/process/cli/people/sign-token.ts';
import { payFor } from '../../proof/builders/payments.ts';
import type { Harness } from '../over-http/harness.ts';
import { atRate } from '../over-http/at-rate.ts';
import { NoNumber } from '../run/no-number.ts';

/** An order of one unit, reserved and settled. */
export interface HeldOrder {
  readonly id: OrderId;
  readonly shopper: string;
}

/** A way in which a unit comes back. */
export interface Way {
  readonly name: 'cancel' | 'expire' | 'refund';
  /** Called before the crowd comes. */
  prepare(harness: Harness, orders: readonly HeldOrder[]): Promise<void>;
  /** Ends the orders at a steady rate. @throws NoNumber when an order cannot be ended */
  free(harness: Harness, orders: readonly HeldOrder[], perSecond: number): Promise<void>;
}

const PROVIDER = 'bench';
const POLL_MS = 20;
const EXPIRED_WITHIN_MS = 60_000;

/** $1 orders, $2 orders per second: from now on, their time to pay ends at this rate. */
const END_TIMES = `
  update orders o set expires_at = now() + t.place / $2::float8 * interval '1 second'
  from unnest($1::text[]) with ordinality as t (id, place)
  where o.id = t.id`;
const STILL_HELD = `select count(*)::integer as held from orders
  where id = any ($1::text[]) and state = 'reserved'`;

const idsOf = (orders: readonly HeldOrder[]) => orders.map(({ id }) => id);

async function post(
  { api, servers }: Harness,
  path: string,
  claims: TokenClaims,
  body: unknown = null,
): Promise<void> {
  const token = signFor(servers.jwtSecret, claims);
  const reply = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': randomBytes(9).toString('base64url'),
      ...(body !== null && { 'content-type': 'application/json' }),
    },
    ...(body !== null && { body: JSON.stringify(body) }),
  });
  const answer = await reply.text();
  if (!reply.ok) throw new NoNumber(`${path} answered ${reply.status}: ${answer}`);
}

async function untilExpired({ pool }: Harness, orders: readonly HeldOrder[]): Promise<void> {
  const deadlineMs = performance.now() + EXPIRED_WITHIN_MS;
  for (;;) {
    const { rows } = await pool.query<{ held: number }>(STILL_HELD, [idsOf(orders)]);
    if (rows[0]!.held === 0) return;
    if (performance.now() > deadlineMs) {
      throw new NoNumber(`orders did not expire within ${EXPIRED_WITHIN_MS} ms`);
    }
    await wait(POLL_MS);
  }
}

const cancel: Way = {
  name: 'cancel',
  prepare: async () => {},
  free: (harness, orders, perSecond) =>
    atRate(orders, perSecond, ({ id, shopper }) => {
      return post(harness, `/v1/orders/${id}/cancel`, { sub: shopper, role: 'shopper' });
    }),
};

const expire: Way = {
  name: 'expire',
  prepare: async () => {},
  free: async (harness, orders, perSecond) => {
    await harness.pool.query(END_TIMES, [idsOf(orders), perSecond]);
    await untilExpired(harness, orders);
  },
};

const refund: Way = {
  name: 'refund',
  prepare: async ({ pool }, orders) => {
    for (const { id } of orders) await payFor(pool, id, PROVIDER);
  },
  free: (harness, orders, perSecond) =>
    atRate(orders, perSecond, ({ id }) => {
      const body = { lines: [{ line: 0, quantity: 1 }], restock: true };
      const operator = { sub: 'operator', role: 'operator' } as const;
      return post(harness, `/v1/orders/${id}/refunds`, operator, body);
    }),
};

export const ways: readonly Way[] = [cancel, expire, refund];
