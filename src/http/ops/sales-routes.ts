import Type from 'typebox';
import { shareAnswers } from '../../platform/share-runs.ts';
import { isRefusal } from '../../domain/refusals.ts';
import { PlacedChangeView } from '../changes/changes-routes.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { PageQuery, page, pageAfter, pageOf } from '../paging.ts';
import { countOrNull, named, strict, textOrNull } from '../schemas.ts';
import { statusFields } from './status-route.ts';

/** However many look, each cell is asked once in this time. */
const KEPT_MS = 1_000;

const text = Type.String();
const count = Type.Integer();

const CellGlance = named(
  'CellGlance',
  strict({
    cell: count,
    epoch: count,
    state: Type.String({ description: '`open`, or why the cell is away.' }),
    awaySince: textOrNull('Null: it is open, or nobody knows since when it is away.'),
    lagEntries: countOrNull('Outbox entries that are not settled; null: the cell is away.'),
    lagOrders: countOrNull('The orders and claims in them; null: the cell is away.'),
    lagSince: textOrNull('When the first of them was written; null: nobody knows, or none.'),
  }),
);

const BudgetGlance = named(
  'BudgetGlance',
  strict({
    id: text,
    store: textOrNull('Null: the platform’s.'),
    amount: Type.Integer({ description: 'The total that promotions may draw.' }),
    spent: Type.Integer({
      description: 'What settled orders and claims drew, less what returned.',
    }),
    left: count,
  }),
);

const SaleGlance = named(
  'SaleGlance',
  strict({
    ...statusFields,
    name: text,
    currency: text,
    state: text,
    opensAt: text,
    closesAt: text,
    cells: Type.Array(CellGlance),
    budgets: Type.Array(BudgetGlance),
  }),
);

/** All sales at once, for the operator's desk. */
export function salesRoutes(app: App, { ops, time }: HttpDeps, answers: Answers): void {
  const glance = shareAnswers(() => ops.glanceAtSales(), KEPT_MS, time);
  const sales = {
    summary: 'Show every sale that was opened, by id, until a day after it has closed',
    querystring: PageQuery,
    response: { 200: page(SaleGlance) },
  };
  app.get('/v1/ops/sales', { schema: sales }, async (request, reply) => {
    const all = await glance();
    const range = pageAfter(
      all.map(({ sale }) => sale),
      request.query,
    );
    if (isRefusal(range)) return answers.refuse(request, reply, range);
    const items = all.slice(range.from, range.to);
    return answers.ok(request, reply, { items, next: range.next });
  });
  const changes = {
    summary: 'List who changed what and why, in all sales and outside of them, newest first',
    querystring: PageQuery,
    response: { 200: page(PlacedChangeView) },
  };
  app.get('/v1/ops/changes', { schema: changes }, async (request, reply) => {
    const found = await ops.changesOfAll(pageOf(request.query));
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}
