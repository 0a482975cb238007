import { isRefusal } from '../../domain/refusals.ts';
import { actorOf } from '../door/actor-of.ts';
import { KEY_HEADERS, readIdempotencyKey } from '../headers.ts';
import {
  LISTS_LIMIT_BYTES,
  answerApplied,
  answerChange,
  pending,
  setTag,
} from './answer-change.ts';
import type { TermsRoutes } from './answer-change.ts';
import { budgetOf, givenBalances, promotionOf } from './bodies-to-terms.ts';
import {
  BalancesBody,
  BudgetBody,
  BudgetParams,
  GrantBody,
  PromotionBody,
  PromotionParams,
  ShopperParams,
} from './promotion-schemas.ts';
import { BalancesView, BudgetView, GrantView, PromotionView } from './promotion-views.ts';

function putBudgetRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Create or replace a budget',
    params: BudgetParams,
    body: BudgetBody,
    response: { 200: BudgetView, 202: pending(BudgetView) },
  };
  app.put('/v1/sales/:sale/budgets/:budget', { schema }, async (request, reply) => {
    const { sale } = request.params;
    const actor = actorOf(request);
    const budget = budgetOf(request.params.budget, request.body, actor.store);
    const changed = await deps.terms.setBudget(sale, budget, actor, request.expected!);
    const of = { sale, only: { budget: budget.id } };
    return answerChange(routes, request, reply, of, changed, ({ budgets }) => {
      const found = budgets?.[0];
      return found && { ...found, amount: budget.amountMinor };
    });
  });
}

function putPromotionRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Create or replace a promotion',
    params: PromotionParams,
    body: PromotionBody,
    response: { 200: PromotionView, 202: pending(PromotionView) },
  };
  const options = { schema, bodyLimit: LISTS_LIMIT_BYTES };
  app.put('/v1/sales/:sale/promotions/:promotion', options, async (request, reply) => {
    const { sale } = request.params;
    const actor = actorOf(request);
    const promotion = promotionOf(request.params.promotion, request.body, actor.store);
    const changed = await deps.terms.setPromotion(sale, promotion, actor, request.expected!);
    const of = { sale, only: { promotion: promotion.id } };
    return answerChange(routes, request, reply, of, changed, ({ promotions }) => promotions[0]);
  });
}

function grantRoute(routes: TermsRoutes): void {
  const { app, deps, answers } = routes;
  const schema = {
    summary: 'Give coupons to shoppers, once per key',
    params: PromotionParams,
    body: GrantBody,
    response: { 200: GrantView, 202: pending(GrantView) },
  };
  const config = { headers: KEY_HEADERS };
  const options = { schema, config, bodyLimit: LISTS_LIMIT_BYTES };
  app.post('/v1/sales/:sale/promotions/:promotion/coupons', options, async (request, reply) => {
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    if (typeof key !== 'string') return answers.refuse(request, reply, key);
    const { sale, promotion } = request.params;
    const { shoppers, each = 1 } = request.body;
    const grant = { promotion, shoppers, each, key };
    const changed = await deps.terms.grantCoupons(sale, grant, actorOf(request));
    if (isRefusal(changed)) return answers.refuse(request, reply, changed);
    const body = { promotion, shoppers: shoppers.length, each };
    return answerApplied(answers, request, reply, body, changed.pendingCells);
  });
}

function putBalancesRoute({ app, deps, answers }: TermsRoutes): void {
  const schema = {
    summary: 'Set the total points and red packet that a shopper has been given',
    params: ShopperParams,
    body: BalancesBody,
    response: { 200: BalancesView, 202: pending(BalancesView) },
  };
  const path = '/v1/sales/:sale/shoppers/:shopper/balances';
  app.put(path, { schema }, async (request, reply) => {
    const { sale, shopper } = request.params;
    const given = givenBalances(request.body);
    const actor = actorOf(request);
    const changed = await deps.terms.setBalances(sale, shopper, given, actor, request.expected!);
    if (isRefusal(changed)) return answers.refuse(request, reply, changed);
    setTag(reply, changed);
    return answerApplied(answers, request, reply, changed.view, changed.pendingCells);
  });
}

/** Sets budgets and promotions, and gives shoppers coupons and balances. */
export function promotionRoutes(routes: TermsRoutes): void {
  putBudgetRoute(routes);
  putPromotionRoute(routes);
  grantRoute(routes);
  putBalancesRoute(routes);
}
