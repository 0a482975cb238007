import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import type { Changed } from '../../../service/cells/apply-change-to-cells.ts';
import { actorOf } from '../../door/actor-of.ts';
import { SaleParams, named, strict } from '../../schemas.ts';
import type { TermsRoutes } from '../answer-change.ts';
import { OfferParams } from '../offer-body.ts';
import { BudgetParams, PromotionParams } from '../promotion-schemas.ts';

const PendingDeletion = named(
  'PendingDeletion',
  strict({
    pendingCells: Type.Array(Type.Integer(), {
      description: 'The cells that still apply what was deleted. They will stop.',
    }),
  }),
);

function answer(
  { pages, answers }: TermsRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
  deleted: Changed | Refusal,
): FastifyReply {
  if (isRefusal(deleted)) return answers.refuse(request, reply, deleted);
  pages.forget();
  const { pendingCells } = deleted;
  if (pendingCells.length > 0) return answers.ok(request, reply, { pendingCells }, 202);
  return answers.ok(request, reply, undefined, 204);
}

function saleRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Delete a sale that was never opened, with everything in it',
    params: SaleParams,
  };
  app.delete('/v1/sales/:sale', { schema }, async (request, reply) => {
    const { sale } = request.params;
    const deleted = await deps.terms.deleteSale(sale, actorOf(request), request.expected!);
    return answer(routes, request, reply, deleted);
  });
}

function offerRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Delete an offer that nobody ordered',
    params: OfferParams,
  };
  app.delete('/v1/sales/:sale/offers/:offer', { schema }, async (request, reply) => {
    const { sale, offer } = request.params;
    const actor = actorOf(request);
    const deleted = await deps.terms.deleteOffer(sale, offer, actor, request.expected!);
    return answer(routes, request, reply, deleted);
  });
}

function budgetRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Delete a budget that no promotion names, of a sale that was never opened',
    params: BudgetParams,
  };
  app.delete('/v1/sales/:sale/budgets/:budget', { schema }, async (request, reply) => {
    const { sale, budget } = request.params;
    const actor = actorOf(request);
    const deleted = await deps.terms.deleteBudget(sale, budget, actor, request.expected!);
    return answer(routes, request, reply, deleted);
  });
}

function promotionRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Delete a promotion that no order used and whose coupons nobody holds',
    params: PromotionParams,
    response: { 202: PendingDeletion },
  };
  const options = { schema, config: { answers: { 204: {} } } };
  app.delete('/v1/sales/:sale/promotions/:promotion', options, async (request, reply) => {
    const { sale, promotion } = request.params;
    const actor = actorOf(request);
    const deleted = await deps.terms.deletePromotion(sale, promotion, actor, request.expected!);
    return answer(routes, request, reply, deleted);
  });
}

/** Deletes what nobody bought or used. */
export function deleteTermsRoutes(routes: TermsRoutes): void {
  saleRoute(routes);
  offerRoute(routes);
  budgetRoute(routes);
  promotionRoute(routes);
}
