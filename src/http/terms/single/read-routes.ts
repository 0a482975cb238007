import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import type { Versioned } from '../../../service/terms/read-terms.ts';
import { TAG } from '../../door/read-expected.ts';
import { PageQuery, page, pageAfter } from '../../paging.ts';
import { SaleParams } from '../../schemas.ts';
import { setTag } from '../answer-change.ts';
import type { TermsRoutes } from '../answer-change.ts';
import { OfferParams } from '../offer-body.ts';
import { BudgetParams, PromotionParams, ShopperParams } from '../promotion-schemas.ts';
import { BalancesView, PromotionView } from '../promotion-views.ts';
import { BudgetTermsView, OfferTermsView, SaleTermsView } from './terms-schemas.ts';

type Found = Versioned<object> | Refusal;

/** What a merchant or an operator sees is for no cache. */
const CACHE_CONTROL = 'private, no-store';
const config = { answers: { 200: { headers: { ...TAG, 'Cache-Control': { type: 'string' } } } } };

function answer(
  { answers }: TermsRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
  found: Found,
): FastifyReply {
  if (isRefusal(found)) return answers.refuse(request, reply, found);
  setTag(reply, found);
  return answers.ok(request, reply.header('cache-control', CACHE_CONTROL), found.view);
}

function saleRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Read the terms of a sale as its PUT takes them, with the `ETag` for `If-Match`',
    params: SaleParams,
    response: { 200: SaleTermsView },
  };
  app.get('/v1/sales/:sale/terms', { schema, config }, async (request, reply) =>
    answer(routes, request, reply, await deps.terms.termsOfSale(request.params.sale)),
  );
}

function offerRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Read the terms of an offer as its PUT takes them, with the `ETag` for `If-Match`',
    params: OfferParams,
    response: { 200: OfferTermsView },
  };
  app.get('/v1/sales/:sale/offers/:offer', { schema, config }, async (request, reply) => {
    const { sale, offer } = request.params;
    const found = await deps.terms.termsOfOffer(sale, offer, request.claims!.store);
    return answer(routes, request, reply, found);
  });
}

function budgetRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Read the terms of a budget, with the `ETag` for `If-Match`',
    params: BudgetParams,
    response: { 200: BudgetTermsView },
  };
  app.get('/v1/sales/:sale/budgets/:budget', { schema, config }, async (request, reply) => {
    const { sale, budget } = request.params;
    const found = await deps.terms.termsOfBudget(sale, budget, request.claims!.store);
    return answer(routes, request, reply, found);
  });
}

function promotionRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Read the terms of a promotion, with the `ETag` for `If-Match`',
    params: PromotionParams,
    response: { 200: PromotionView },
  };
  app.get('/v1/sales/:sale/promotions/:promotion', { schema, config }, async (request, reply) => {
    const { sale, promotion } = request.params;
    const found = await deps.terms.termsOfPromotion(sale, promotion, request.claims!.store);
    return answer(routes, request, reply, found);
  });
}

function promotionsRoute({ app, deps, answers }: TermsRoutes): void {
  const schema = {
    summary: 'List the promotions of a sale by id: a merchant sees those that the store bears',
    params: SaleParams,
    querystring: PageQuery,
    response: { 200: page(PromotionView) },
  };
  app.get('/v1/sales/:sale/promotions', { schema }, async (request, reply) => {
    const found = await deps.terms.promotionsOf(request.params.sale, request.claims!.store);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const ids = found.map(({ id }) => id);
    const range = pageAfter(ids, request.query);
    if (isRefusal(range)) return answers.refuse(request, reply, range);
    const items = found.slice(range.from, range.to);
    return answers.ok(request, reply, { items, next: range.next });
  });
}

function balancesRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Read what a shopper was given and has used; the `ETag` is of what was given',
    params: ShopperParams,
    response: { 200: BalancesView },
  };
  app.get(
    '/v1/sales/:sale/shoppers/:shopper/balances',
    { schema, config },
    async (request, reply) => {
      const { sale, shopper } = request.params;
      const found = await deps.terms.balancesOfShopper(sale, shopper);
      return answer(routes, request, reply, found);
    },
  );
}

/** Reads the terms of things from the ledger, for those who may change them. */
export function readTermsRoutes(routes: TermsRoutes): void {
  saleRoute(routes);
  offerRoute(routes);
  budgetRoute(routes);
  promotionRoute(routes);
  promotionsRoute(routes);
  balancesRoute(routes);
}
