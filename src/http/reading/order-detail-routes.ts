import { isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { page } from '../paging.ts';
import { OrderParams } from '../schemas.ts';
import {
  OrderDetailsView,
  PastPaymentView,
  PastRefundView,
  orderDetailsView,
  pastPaymentView,
  pastRefundView,
} from './order-detail-views.ts';
import { sightOf } from './sight.ts';

const PATH = '/v1/orders/:order';

function detailsRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Read an order with its lines, payments, refunds and moves, as far as it is yours',
    params: OrderParams,
    response: { 200: OrderDetailsView },
  };
  app.get(`${PATH}/details`, { schema }, async (request, reply) => {
    const claims = request.claims!;
    const found = await deps.reading.orderDetails(request.params.order, claims);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const view = orderDetailsView(found, sightOf(deps, claims), claims.role === 'operator');
    return answers.ok(request, reply, view);
  });
}

function paymentsRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List the payments of an order, oldest first',
    params: OrderParams,
    response: { 200: page(PastPaymentView) },
  };
  app.get(`${PATH}/payments`, { schema }, async (request, reply) => {
    const claims = request.claims!;
    const found = await deps.reading.orderDetails(request.params.order, claims);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const isOperator = claims.role === 'operator';
    const items = (found.payments ?? []).map((one) => pastPaymentView(one, isOperator));
    return answers.ok(request, reply, { items, next: null });
  });
}

function refundsRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List the refunds of an order, oldest first: a merchant sees those of the store',
    params: OrderParams,
    response: { 200: page(PastRefundView) },
  };
  app.get(`${PATH}/refunds`, { schema }, async (request, reply) => {
    const claims = request.claims!;
    const found = await deps.reading.orderDetails(request.params.order, claims);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const items = found.refunds.map((one) => pastRefundView(one, claims));
    return answers.ok(request, reply, { items, next: null });
  });
}

/** One order, with all that happened to it. */
export function orderDetailRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  detailsRoute(app, deps, answers);
  paymentsRoute(app, deps, answers);
  refundsRoute(app, deps, answers);
}
