import { setTimeout as wait } from 'node:timers/promises';
import { signFor } from '../../proof/builders/secrets.ts';
import type { Harness } from '../over-http/harness.ts';
import { NoNumber } from '../run/no-number.ts';

const BUYER = 'buyer-of-the-last';
const CREATED = 201;
const SECOND_MS = 1_000;

/** When the last unit of each offer was ordered, in ms since 1970. */
export type OrderedAt = Readonly<Record<string, number>>;

async function buyOne({ api, servers }: Harness, sale: string, offer: string): Promise<number> {
  const token = signFor(servers.jwtSecret, { sub: BUYER, role: 'shopper' });
  const orderedMs = Date.now();
  const reply = await fetch(`${api.url}/v1/sales/${sale}/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': offer,
    },
    body: JSON.stringify({ lines: [{ offer, quantity: 1 }] }),
  });
  const answer = await reply.text();
  if (reply.status !== CREATED) throw new NoNumber(`${offer}: ${reply.status} ${answer}`);
  return orderedMs;
}

/**
 * Buys the only unit of each offer, evenly spread over a span that begins now.
 * @throws NoNumber when one is not sold
 */
export async function sellOut(
  harness: Harness,
  sale: string,
  { offers, seconds }: { readonly offers: readonly string[]; readonly seconds: number },
): Promise<OrderedAt> {
  const orderedAt: Record<string, number> = {};
  const startMs = performance.now();
  for (const [i, offer] of offers.entries()) {
    const dueMs = startMs + ((i + 0.5) / offers.length) * seconds * SECOND_MS;
    await wait(Math.max(0, dueMs - performance.now()));
    orderedAt[offer] = await buyOne(harness, sale, offer);
  }
  return orderedAt;
}
