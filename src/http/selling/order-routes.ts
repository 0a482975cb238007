import type { FastifyReply, FastifyRequest } from 'fastify';
import { orderView } from '../../domain/order.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import { BUSY, isRefusal } from '../../domain/refusals.ts';
import { BOUNDED } from '../door/answer-in-time.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { KEY_HEADERS, REPLAYED, readIdempotencyKey, readWaitSeconds } from '../headers.ts';
import { PageQuery, page, pageAfter } from '../paging.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { OrderParams, SaleParams } from '../schemas.ts';
import { OrderBody } from './order-bodies.ts';
import { NamedOrderView, OrderView } from './order-views.ts';
import { readCart } from './read-cart.ts';

const ORDERS = '/v1/sales/:sale/orders';
const PLACE = `POST ${ORDERS}`;
const MS = 1000;

type PlaceRequest = FastifyRequest<{ Params: SaleParams; Body: OrderBody }>;

/** The schema has checked everything else. */
function readOrder({ params, body, headers, claims }: PlaceRequest): OrderRequest | HttpRefusal {
  const key = readIdempotencyKey(headers['idempotency-key']);
  if (typeof key !== 'string') return key;
  const expectedTotalMinor = body.expectedTotal ?? null;
  const { sub: shopper, member } = claims!;
  return { ...readCart(params.sale, body), shopper, member, key, expectedTotalMinor };
}

/**
 * The hot path: it counts under a constant label and allocates as little as it can. The ledger is
 * asked only for a client that waits, so a plain replay also shows the order as it was accepted.
 */
async function place(
  deps: HttpDeps,
  answers: Answers,
  request: PlaceRequest,
  reply: FastifyReply,
): Promise<void> {
  const order = readOrder(request);
  if (isRefusal(order)) return void answers.refuse(request, reply, order);
  const startMs = deps.time.monotonic();
  const placed = await deps.selling.placeOrder(order);
  if (isRefusal(placed)) {
    deps.selling.noteRefusal(order, placed);
    return void answers.refuse(request, reply, placed, PLACE);
  }
  const { isReplay } = placed;
  if (!isReplay) deps.onOrderTimed(deps.time.monotonic() - startMs);
  const waitS = readWaitSeconds(request.headers.prefer as string | undefined);
  const state =
    waitS === null ? null : await deps.selling.whenSettled(placed, order.shopper, waitS * MS);
  if (state === 'busy') return void answers.refuse(request, reply, BUSY);
  if (state !== null) reply.header('preference-applied', 'wait');
  deps.onAnswered(PLACE, isReplay ? 'replayed' : 'placed');
  if (isReplay) reply.header('idempotency-replayed', 'true');
  reply.header('location', `/v1/orders/${placed.order.id}`);
  reply.code(201).send(orderView(placed.order, state ?? 'reserved', state !== null));
}

const orderHeaders = {
  ...KEY_HEADERS,
  properties: {
    ...KEY_HEADERS.properties,
    Prefer: {
      type: 'string',
      description:
        '`wait=N` with N from 0 to 10: answer when the order is settled, or after N seconds. ' +
        '`Preference-Applied: wait` and `settled: true` say that it is.',
    },
  },
};

const placedHeaders = {
  ...REPLAYED,
  Location: { type: 'string', description: 'The path of the order.' },
  'Preference-Applied': {
    type: 'string',
    enum: ['wait'],
    description: 'Only there when you asked to wait and the order is settled.',
  },
};

function placeRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Place an order',
    params: SaleParams,
    body: OrderBody,
    response: { 201: OrderView },
  };
  const stated = { 201: { headers: placedHeaders } };
  const config = { ...BOUNDED, headers: orderHeaders, answers: stated };
  app.post(ORDERS, { schema, config }, (request, reply) => {
    place(deps, answers, request, reply).catch((error) => answers.fault(request, reply, error));
  });
}

function findRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Read one of your orders',
    params: OrderParams,
    response: { 200: NamedOrderView },
  };
  app.get('/v1/orders/:order', { schema }, async (request, reply) => {
    const view = await deps.selling.findOrderOf(request.params.order, request.claims!.sub);
    if (isRefusal(view)) return answers.refuse(request, reply, view);
    return answers.ok(request, reply, view);
  });
}

function listRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List your orders in a sale, oldest first',
    params: SaleParams,
    querystring: PageQuery,
    response: { 200: page(NamedOrderView) },
  };
  app.get(ORDERS, { schema }, async (request, reply) => {
    const orders = await deps.selling.ordersOf(request.params.sale, request.claims!.sub);
    if (isRefusal(orders)) return answers.refuse(request, reply, orders);
    const found = pageAfter(
      orders.map(({ id }) => id),
      request.query,
    );
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const items = orders.slice(found.from, found.to);
    return answers.ok(request, reply, { items, next: found.next });
  });
}

export function orderRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  placeRoute(app, deps, answers);
  findRoute(app, deps, answers);
  listRoute(app, deps, answers);
}
