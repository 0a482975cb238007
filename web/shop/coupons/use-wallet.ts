import { ProblemError, answerOf, getWallet } from '../../../client/index.ts';
import type { Wallet } from '../../../client/index.ts';
import { useLoad } from '../../kit/page/hooks.ts';
import type { Page } from '../../kit/page/page.ts';
import type { Load } from '../../kit/api/load.ts';

const EVERY_MS = 60_000;
/** Before the first opening nobody holds anything. */
const EMPTY: Wallet = { points: 0, redPacket: 0, coupons: [] };

async function readWallet(sale: string, page: Page, signal: AbortSignal): Promise<Wallet | null> {
  const { connection, session } = page;
  if (session.token === '' || session.claims.peek()?.role !== 'shopper') return null;
  try {
    return await answerOf(getWallet({ client: connection.read, path: { sale }, signal }));
  } catch (error) {
    const isEarly = error instanceof ProblemError && error.problem.code === 'sale_not_open';
    if (isEarly) return EMPTY;
    throw error;
  }
}

/** What the shopper holds in a sale; null: a guest, who holds nothing. */
export const useWallet = (sale: string): Load<Wallet | null> =>
  useLoad((page, signal) => readWallet(sale, page, signal), [sale], { everyMs: EVERY_MS });
