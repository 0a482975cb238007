import type { FastifyRequest } from 'fastify';
import type { RefundRequest } from '../../domain/refunds/refund.ts';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import { actorOf } from '../door/actor-of.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { KEY_HEADERS, REPLAYED, readIdempotencyKey } from '../headers.ts';
import {
  CancelBody,
  MoveView,
  PayBody,
  PaymentView,
  RefundBody,
  RefundPreviewView,
  RefundView,
  moveView,
} from './order-life-schemas.ts';
import { readReturnUrl } from './return-url.ts';
import { PageQuery, page, pageAfter } from '../paging.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { OrderParams } from '../schemas.ts';
import { NamedOrderView } from '../selling/order-views.ts';

/** The pages of this service stand at the address that the request was sent to. */
const returnOrigins = (
  { returnOrigins: known, mayReturnHere }: HttpDeps,
  { host }: Pick<FastifyRequest, 'host'>,
): readonly string[] => (mayReturnHere ? [...known, `http://${host}`] : known);

const OPERATORS_ONLY = invalid('/restock', 'is for operators');

function payRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Start the payment of your order, or return the one that is open',
    params: OrderParams,
    body: PayBody,
    response: { 200: PaymentView, 201: PaymentView },
  };
  app.post('/v1/orders/:order/payments', { schema }, async (request, reply) => {
    const returnUrl = readReturnUrl(request.body?.returnUrl, returnOrigins(deps, request));
    if (typeof returnUrl === 'object' && returnUrl !== null) {
      return answers.refuse(request, reply, returnUrl);
    }
    const { params, claims } = request;
    const paid = await deps.orders.startPayment(params.order, claims!.sub, returnUrl);
    if (isRefusal(paid)) return answers.refuse(request, reply, paid);
    return answers.ok(request, reply, paid.view, paid.isNew ? 201 : 200);
  });
}

type AskedCancel = FastifyRequest<{ Params: OrderParams; Body: CancelBody }>;

function cancel({ orders }: HttpDeps, request: AskedCancel) {
  const { claims, params, body } = request;
  const { role, sub } = claims!;
  if (role === 'operator') {
    return orders.cancelByOperator(params.order, body?.restock ?? false, actorOf(request));
  }
  return body?.restock === undefined ? orders.cancelOrder(params.order, sub) : OPERATORS_ONLY;
}

function cancelRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Cancel your unpaid order; an operator cancels any, and a paid one is refunded whole',
    params: OrderParams,
    body: CancelBody,
    response: { 200: NamedOrderView },
  };
  app.post('/v1/orders/:order/cancel', { schema }, async (request, reply) => {
    const view = await cancel(deps, request);
    if (isRefusal(view)) return answers.refuse(request, reply, view);
    return answers.ok(request, reply, view);
  });
}

function movesRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'The history of an order: every move, oldest first',
    params: OrderParams,
    querystring: PageQuery,
    response: { 200: page(MoveView) },
  };
  app.get('/v1/orders/:order/moves', { schema }, async (request, reply) => {
    const { sub, role } = request.claims!;
    const owner = role === 'operator' ? null : sub;
    const moves = await deps.orders.movesOf(request.params.order, owner);
    if (isRefusal(moves)) return answers.refuse(request, reply, moves);
    const found = pageAfter(
      moves.map(({ id }) => id),
      request.query,
    );
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const items = moves.slice(found.from, found.to).map(moveView);
    return answers.ok(request, reply, { items, next: found.next });
  });
}

type AskedRefund = FastifyRequest<{ Params: OrderParams; Body: RefundBody }>;

function readRefund(request: AskedRefund): RefundRequest | HttpRefusal {
  const { params, body, headers } = request;
  const key = readIdempotencyKey(headers['idempotency-key']);
  if (typeof key !== 'string') return key;
  const { lines, restock = false } = body;
  return { order: params.order, key, lines, restock, actor: actorOf(request) };
}

function refundRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Refund units of an order, once per key',
    params: OrderParams,
    body: RefundBody,
    response: { 201: RefundView },
  };
  const config = { headers: KEY_HEADERS, answers: { 201: { headers: REPLAYED } } };
  app.post('/v1/orders/:order/refunds', { schema, config }, async (request, reply) => {
    const asked = readRefund(request);
    if (isRefusal(asked)) return answers.refuse(request, reply, asked);
    const refunded = await deps.orders.refundOrder(asked);
    if (isRefusal(refunded)) return answers.refuse(request, reply, refunded);
    if (refunded.isReplay) reply.header('idempotency-replayed', 'true');
    return answers.ok(request, reply, refunded.view, 201);
  });
}

function previewRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Say what a refund would give back, and refund nothing',
    description:
      'It answers by the checks and the arithmetic of the refund itself. `restock` changes no ' +
      'amount. Another refund of the order that comes in between may change what the refund gives.',
    params: OrderParams,
    body: RefundBody,
    response: { 200: RefundPreviewView },
  };
  app.post('/v1/orders/:order/refunds/preview', { schema }, async (request, reply) => {
    const { store } = request.claims!;
    const asked = { order: request.params.order, lines: request.body.lines, store };
    const preview = await deps.orders.previewRefund(asked);
    if (isRefusal(preview)) return answers.refuse(request, reply, preview);
    return answers.ok(request, reply, preview);
  });
}

/** Pay, cancel and refund a placed order, and read its history. */
export function orderLifeRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  payRoute(app, deps, answers);
  cancelRoute(app, deps, answers);
  refundRoute(app, deps, answers);
  previewRoute(app, deps, answers);
  movesRoute(app, deps, answers);
}
