import type { Pool } from 'pg';
import { signFor } from '../../proof/builders/secrets.ts';
import type { SaleAdmin } from '../../proof/fleet/sale-admin.ts';
import { shopperName } from '../../proof/crowd/tokens.ts';
import type { Harness } from './harness.ts';
import { putOnSale, retireSale } from './put-on-sale.ts';
import { NoNumber } from '../run/no-number.ts';
import { bodyOf, PLENTY } from './wares.ts';
import type { Wares } from './wares.ts';

async function answerOf(
  { path }: Wares,
  body: string,
  { url, sale, token }: { readonly url: string; readonly sale: string; readonly token: string },
): Promise<string> {
  const reply = await fetch(`${url}/v1/sales/${sale}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': 'sample',
      authorization: `Bearer ${token}`,
    },
    body,
  });
  const answer = await reply.text();
  if (!reply.ok) throw new NoNumber(`${url} answered ${reply.status}: ${answer}`);
  return answer;
}

const tokenOf = (jwtSecret: string, number: number): string =>
  signFor(jwtSecret, { sub: shopperName(number), role: 'shopper' });

interface Service {
  readonly url: string;
  readonly admin: SaleAdmin;
  readonly pool: Pool;
  readonly jwtSecret: string;
}

/** Sends the service one request of each of the wares. @returns its answers by route */
export async function sampleAnswers(
  { url, admin, pool, jwtSecret }: Service,
  wares: readonly Wares[],
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  const token = tokenOf(jwtSecret, 0);
  for (const one of wares) {
    const { sale } = await putOnSale({ admin }, one, PLENTY);
    const answer = await answerOf(one, bodyOf(one.requests[0]!), { url, sale, token });
    answers[one.route] = JSON.parse(answer);
    await retireSale({ admin, pool }, sale);
  }
  return answers;
}

/** @throws NoNumber unless echo and api answer each request with the same number of bytes */
export async function expectSameLength(harness: Harness, wares: Wares): Promise<void> {
  const { sale } = await putOnSale(harness, wares, PLENTY);
  for (const [i, request] of wares.requests.entries()) {
    const ask = { sale, token: tokenOf(harness.servers.jwtSecret, i) };
    const api = await answerOf(wares, bodyOf(request), { url: harness.api.url, ...ask });
    const echo = await answerOf(wares, bodyOf(request), { url: harness.echo.url, ...ask });
    if (api.length === echo.length) continue;
    throw new NoNumber(
      `${wares.path}: the echo answers ${echo.length} bytes, the api ${api.length}`,
    );
  }
  await retireSale(harness, sale);
}
