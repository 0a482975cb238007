import { isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { PageQuery, limitOf, page } from '../paging.ts';
import { NamedOrderView } from '../selling/order-views.ts';
import { cursorOf, positionOf } from './orders-query.ts';

/** What a shopper bought, over all sales. */
export function ownOrderRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List your orders in all sales, newest first',
    description: 'An order appears once it is settled. The list of a sale has it at once.',
    querystring: PageQuery,
    response: { 200: page(NamedOrderView) },
  };
  app.get('/v1/orders', { schema }, async (request, reply) => {
    const after = positionOf(request.query.cursor);
    if (after && isRefusal(after)) return answers.refuse(request, reply, after);
    const limit = limitOf(request.query);
    const { items, next } = await deps.reading.ordersOfShopper(request.claims!.sub, after, limit);
    return answers.ok(request, reply, { items, next: cursorOf(next) });
  });
}
