import { ProblemError, answerOf, startPayment } from '../../../client/index.ts';
import type { Client, Payment } from '../../../client/index.ts';

/**
 * Begins the payment of an order, or finds the one that is under way.
 * @param returnUrl where the provider sends the shopper back to
 */
export async function beginPayment(
  client: Client,
  order: string,
  returnUrl: string,
): Promise<Payment> {
  const path = { order };
  try {
    return await answerOf(startPayment({ client, path, body: { returnUrl } }));
  } catch (error) {
    const isRefused = error instanceof ProblemError && error.problem.code === 'invalid';
    if (!isRefused) throw error;
    // The service does not allow this address to return to: the shopper comes back by hand.
    return await answerOf(startPayment({ client, path }));
  }
}
