import { signToken } from '../src/http/token.ts';
import { benchSale, OFFER, retireSale, saleName } from './hall.ts';
import type { Hall } from './hall.ts';
import { NoNumber } from './scenario.ts';

const CREATED = 201;
const TTL_SECONDS = 60;

async function answerOf(url: string, sale: string, token: string): Promise<string> {
  const reply = await fetch(`${url}/v1/sales/${sale}/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': 'same-length',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ lines: [{ offer: OFFER, quantity: 1 }] }),
  });
  const body = await reply.text();
  if (reply.status !== CREATED) throw new NoNumber(`${url} answered ${reply.status}: ${body}`);
  return body;
}

/** @throws NoNumber unless the echo answers as many bytes as the api does for an order */
export async function expectSameLength(hall: Hall): Promise<void> {
  const sale = saleName();
  await hall.admin.open(benchSale(sale, 1));
  const { jwtSecret } = hall.servers;
  const claims = { sub: 'same-length', role: 'shopper' } as const;
  const token = signToken(jwtSecret, claims, { ttlSeconds: TTL_SECONDS });
  const order = await answerOf(hall.api.url, sale, token);
  const echo = await answerOf(hall.echo.url, sale, token);
  if (order.length !== echo.length) {
    throw new NoNumber(`the echo answers ${echo.length} bytes, an order is ${order.length}`);
  }
  await retireSale(hall, sale);
}
