import { setTimeout as wait } from 'node:timers/promises';
import { answerOf, connect, getOrder, placeOrder, startPayment } from '../../client/index.ts';
import type { Client } from '../../client/index.ts';
import { signFor } from '../builders/secrets.ts';
import type { PageToOpen } from './open-on-phone.ts';

/** An open sale of a service whose payments go to a sandbox. */
export interface OpenSale {
  readonly origin: string;
  readonly jwtSecret: string;
  readonly sale: string;
  /** What the shopper has bought, and its store. */
  readonly offer: string;
  readonly store: string;
}

const SHOPPER = { sub: 'sasha', role: 'shopper' } as const;
const SETTLED_TRIES = 600;
const POLL_MS = 50;

async function untilSettled(client: Client, order: string): Promise<void> {
  for (let tries = 0; tries < SETTLED_TRIES; tries++) {
    const { settled } = await answerOf(getOrder({ client, path: { order } }));
    if (settled) return;
    await wait(POLL_MS);
  }
  throw new Error(`the order ${order} is not settled`);
}

/** Buys once and begins to pay. @returns the first view of each kind of page, with its sign-in */
export async function pagesToOpen(of: OpenSale): Promise<readonly PageToOpen[]> {
  const { origin, jwtSecret, sale, offer, store } = of;
  const token = signFor(jwtSecret, SHOPPER);
  const client = connect({ url: origin, token: () => token });
  const headers = { 'Idempotency-Key': 'the-order' };
  const body = { lines: [{ offer, quantity: 2 }] };
  const { id: order } = await answerOf(placeOrder({ client, path: { sale }, headers, body }));
  await untilSettled(client, order);
  const { url: pay } = await answerOf(startPayment({ client, path: { order }, body: {} }));
  if (pay === undefined) throw new Error('the payment has no page');
  const merchant = signFor(jwtSecret, { sub: 'mia', role: 'merchant', store });
  const operator = signFor(jwtSecret, { sub: 'olaf', role: 'operator' });
  return [
    { name: 'shop', url: `${origin}/s/${sale}`, content: '.offer-grid article' },
    {
      name: 'order',
      url: `${origin}/s/${sale}/orders/${order}#token=${token}`,
      content: '.order .step',
    },
    {
      name: 'today',
      url: `${origin}/merchant/s/${sale}#token=${merchant}`,
      content: '.figure-number',
    },
    { name: 'ops', url: `${origin}/ops#token=${operator}`, content: '.promises-figure' },
    { name: 'pay', url: pay, content: '.receipt-total' },
  ];
}
