import Type from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { PageQuery, page, pageAfter } from '../paging.ts';
import { SaleParams, named, strict } from '../schemas.ts';

const SpentBudgetView = named(
  'SpentBudget',
  strict({
    id: Type.String(),
    store: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Null: the platform’s.',
    }),
    policy: Type.String(),
    amount: Type.Integer({ description: 'The total that promotions may draw.' }),
    spent: Type.Integer({
      description: 'What settled orders and claims drew, less what came back.',
    }),
  }),
);

/** The budgets that a seller may see. */
export function budgetRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List the budgets of a sale with what is spent, by id: a merchant sees the store’s',
    params: SaleParams,
    querystring: PageQuery,
    response: { 200: page(SpentBudgetView) },
  };
  app.get('/v1/sales/:sale/budgets', { schema }, async (request, reply) => {
    const budgets = await deps.reading.budgetsOf(request.params.sale, request.claims!.store);
    if (isRefusal(budgets)) return answers.refuse(request, reply, budgets);
    const range = pageAfter(
      budgets.map(({ id }) => id),
      request.query,
    );
    if (isRefusal(range)) return answers.refuse(request, reply, range);
    const items = budgets.slice(range.from, range.to).map((budget) => {
      const { id, store, policy, amountMinor: amount, spentMinor: spent } = budget;
      return { id, store, policy, amount, spent };
    });
    return answers.ok(request, reply, { items, next: range.next });
  });
}
