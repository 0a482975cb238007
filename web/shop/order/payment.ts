import { ProblemError, answerOf, startPayment } from '../../../client/index.ts';
import type { Client, Payment } from '../../../client/index.ts';

/** Where the shopper pays; null: not on a page that this one could lead to. */
export type PayPage = string | null;

const start = (client: Client, order: string, returnUrl: string | null): Promise<Payment> =>
  answerOf(
    startPayment({
      client,
      path: { order },
      ...(returnUrl === null ? {} : { body: { returnUrl } }),
    }),
  );

/**
 * Begins the payment of an order, or finds the one that is under way.
 * @param returnUrl where the provider sends the shopper back to
 */
export async function payPageOf(
  client: Client,
  order: string,
  returnUrl: string,
): Promise<PayPage> {
  try {
    const { url } = await start(client, order, returnUrl);
    return url ?? null;
  } catch (error) {
    const isRefused = error instanceof ProblemError && error.problem.code === 'invalid';
    if (!isRefused) throw error;
    // The service does not allow this address to return to: the shopper comes back by hand.
    const { url } = await start(client, order, null);
    return url ?? null;
  }
}
