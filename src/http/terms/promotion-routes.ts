import type { SaleId, ShopperId } from '../../domain/ids.ts';
import { isRefusal } from '../../domain/refusals.ts';
import { SELLER, answerApplied, answerChange } from '../admin.ts';
import type { Admin } from '../admin.ts';
import { KEY_HEADERS, readIdempotencyKey } from '../headers.ts';
import {
  BudgetBody,
  BudgetParams,
  GrantBody,
  PromotionBody,
  PromotionParams,
} from './promotion-schemas.ts';
import { BudgetView, GrantView, PromotionView } from './promotion-views.ts';
import { budgetOf, promotionOf } from './bodies-to-terms.ts';
import { pending } from '../views.ts';

/** Four full lists of ids, or 500 shoppers' ids, do not fit into an order's limit. */
const LISTS_LIMIT_BYTES = 160 * 1024;

function putBudgetRoute(admin: Admin): void {
  const { app, deps } = admin;
  const schema = {
    summary: 'Create a budget or set it',
    params: BudgetParams,
    body: BudgetBody,
    response: { 200: BudgetView, 202: pending(BudgetView) },
  };
  app.put('/v1/sales/:sale/budgets/:budget', { schema, config: SELLER }, async (request, reply) => {
    const sale = request.params.sale as SaleId;
    const { store } = request.claims!;
    const budget = budgetOf(request.params.budget, request.body, store);
    const changed = await deps.terms.setBudget(sale, budget, store);
    return answerChange(admin, request, reply, sale, changed, ({ budgets }) => {
      const found = budgets.find(({ id }) => id === budget.id);
      return found && { ...found, amount: budget.amountMinor };
    });
  });
}

function putPromotionRoute(admin: Admin): void {
  const { app, deps } = admin;
  const schema = {
    summary: 'Create a promotion or set it',
    params: PromotionParams,
    body: PromotionBody,
    response: { 200: PromotionView, 202: pending(PromotionView) },
  };
  const options = { schema, config: SELLER, bodyLimit: LISTS_LIMIT_BYTES };
  app.put('/v1/sales/:sale/promotions/:promotion', options, async (request, reply) => {
    const sale = request.params.sale as SaleId;
    const { store } = request.claims!;
    const promotion = promotionOf(request.params.promotion, request.body, store);
    const changed = await deps.terms.setPromotion(sale, promotion, store);
    return answerChange(admin, request, reply, sale, changed, ({ promotions }) =>
      promotions.find(({ id }) => id === promotion.id),
    );
  });
}

function grantRoute(admin: Admin): void {
  const { app, deps, answers } = admin;
  const schema = {
    summary: 'Give coupons to shoppers, once per key',
    params: PromotionParams,
    body: GrantBody,
    response: { 200: GrantView, 202: pending(GrantView) },
  };
  const config = { ...SELLER, headers: KEY_HEADERS };
  const options = { schema, config, bodyLimit: LISTS_LIMIT_BYTES };
  app.post('/v1/sales/:sale/promotions/:promotion/coupons', options, async (request, reply) => {
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    if (typeof key !== 'string') return answers.refuse(request, reply, key);
    const { sale, promotion } = request.params;
    const shoppers = request.body.shoppers as ShopperId[];
    const { each = 1 } = request.body;
    const grant = { promotion, shoppers, each, key };
    const changed = await deps.terms.grantCoupons(sale as SaleId, grant, request.claims!.store);
    if (isRefusal(changed)) return answers.refuse(request, reply, changed);
    const body = { promotion, shoppers: shoppers.length, each };
    return answerApplied(admin, request, reply, body, changed.pendingCells);
  });
}

/** What operators and merchants do to budgets, promotions and their coupons. */
export function promotionRoutes(admin: Admin): void {
  putBudgetRoute(admin);
  putPromotionRoute(admin);
  grantRoute(admin);
}
