import { answerOf, getReport, listBudgets, listPromotions } from '../../../client/index.ts';
import type { Client, DiscountReport, Promotion, SpentBudget } from '../../../client/index.ts';

/** The promotions of a sale with what they have given. */
export interface Promotions {
  readonly promotions: readonly Promotion[];
  readonly budgets: readonly SpentBudget[];
  readonly report: DiscountReport;
}

const LIMIT = '100';
const PAGES_MOST = 10;

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Reads pages one after another, up to a bound. */
export async function readPages<Item>(
  read: (query: { limit: string; cursor?: string }) => Promise<PageOf<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const page: PageOf<Item> = await read({
      limit: LIMIT,
      ...(cursor === null ? {} : { cursor }),
    });
    all.push(...page.items);
    cursor = page.next;
    if (cursor === null) break;
  }
  return all;
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
