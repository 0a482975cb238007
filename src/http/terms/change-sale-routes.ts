import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove } from '../../domain/sale.ts';
import { actorOf } from '../door/actor-of.ts';
import { SaleParams } from '../schemas.ts';
import { LISTS_LIMIT_BYTES, answerChange, pending } from './answer-change.ts';
import type { TermsRoutes } from './answer-change.ts';
import { saleStores, saleTerms } from './bodies-to-terms.ts';
import { SaleBody } from './sale-body.ts';
import { SaleView } from './sale-views.ts';

function putSaleRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Create a sale or replace its terms',
    params: SaleParams,
    body: SaleBody,
    response: { 200: SaleView, 202: pending(SaleView) },
  };
  const options = { schema, bodyLimit: LISTS_LIMIT_BYTES };
  app.put('/v1/sales/:sale', options, async (request, reply) => {
    const { sale } = request.params;
    const terms = saleTerms(request.body);
    const stores = saleStores(request.body);
    const actor = actorOf(request);
    const changed = await deps.terms.setSale(sale, terms, actor, stores, request.expected!);
    return answerChange(routes, request, reply, { sale }, changed, (view) => view);
  });
}

const SUMMARIES: Readonly<Record<SaleMove, string>> = {
  open: 'Open a sale for the first time',
  pause: 'Pause a sale',
  resume: 'Resume a paused sale',
  close: 'Close a sale permanently',
};

function moveRoute(routes: TermsRoutes, move: SaleMove): void {
  const { app, deps } = routes;
  const schema = {
    summary: SUMMARIES[move],
    params: SaleParams,
    response: { 200: SaleView, 202: pending(SaleView) },
  };
  app.post(`/v1/sales/:sale/${move}`, { schema }, async (request, reply) => {
    const { sale } = request.params;
    const changed = await deps.terms.setSaleState(sale, move, actorOf(request));
    return answerChange(routes, request, reply, { sale }, changed, (view) => view);
  });
}

export function changeSaleRoutes(routes: TermsRoutes): void {
  putSaleRoute(routes);
  for (const move of Object.keys(saleMoves)) moveRoute(routes, move as SaleMove);
}
