import { answerOf, getReport, listBudgets, listPromotions } from '../../../client/index.ts';
import type { Client, DiscountReport, Promotion, SpentBudget } from '../../../client/index.ts';
import { readPages } from '../desk/read-pages.ts';

/** The promotions of a sale with what they have given. */
export interface Promotions {
  readonly promotions: readonly Promotion[];
  readonly budgets: readonly SpentBudget[];
  readonly report: DiscountReport;
}

export async function readPromotions(
  client: Client,
  sale: string,
  signal: AbortSignal,
): Promise<Promotions> {
  const path = { sale };
  const [promotions, budgets, report] = await Promise.all([
    readPages((query) => answerOf(listPromotions({ client, path, query, signal }))),
    readPages((query) => answerOf(listBudgets({ client, path, query, signal }))),
    answerOf(getReport({ client, path, signal })),
  ]);
  return { promotions, budgets, report };
}

/** What a promotion has given, over all stores that the reader sees. */
export function givenBy({ rows }: Pick<DiscountReport, 'rows'>, promotion: string) {
  const own = rows.filter((row) => row.promotion === promotion);
  return {
    discount: own.reduce((total, row) => total + row.discount, 0),
    orders: Math.max(0, ...own.map((row) => row.orders)),
  };
}
