import type { FastifyRequest } from 'fastify';
import { isRefusal } from '../../domain/refusals.ts';
import type { WebhookName } from '../../ledger/webhooks/endpoints.ts';
import { actorOf } from '../door/actor-of.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { page } from '../paging.ts';
import { SaleParams } from '../schemas.ts';
import {
  DeliveriesQuery,
  DeliveryView,
  ReplayBody,
  ReplayView,
  WebhookBody,
  WebhookParams,
  WebhookView,
} from './webhook-schemas.ts';

const PATH = '/v1/sales/:sale/webhooks/:webhook';
const DEFAULT_LIMIT = 50;

const nameOf = (
  { sale, webhook }: WebhookParams,
  { claims }: Pick<FastifyRequest, 'claims'>,
): WebhookName => ({ sale, id: webhook, store: claims!.store });

function putRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Create or replace an endpoint for events of a sale',
    params: WebhookParams,
    body: WebhookBody,
    response: { 200: WebhookView },
  };
  app.put(PATH, { schema }, async (request, reply) => {
    const { sale, webhook: id } = request.params;
    const actor = actorOf(request);
    const { url, kinds, store = actor.store } = request.body;
    const webhook = { id, url, kinds, store };
    const view = await deps.webhooks.setWebhook(sale, webhook, actor);
    if (isRefusal(view)) return answers.refuse(request, reply, view);
    return answers.ok(request, reply, view);
  });
}

function listRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List your endpoints for events of a sale by id; an operator sees all',
    params: SaleParams,
    response: { 200: page(WebhookView) },
  };
  app.get('/v1/sales/:sale/webhooks', { schema }, async (request, reply) => {
    const { sale } = request.params;
    const items = await deps.webhooks.webhooksOf(sale, request.claims!.store);
    if (isRefusal(items)) return answers.refuse(request, reply, items);
    return answers.ok(request, reply, { items, next: null });
  });
}

function deleteRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Delete an endpoint and its pending deliveries',
    params: WebhookParams,
  };
  app.delete(PATH, { schema }, async (request, reply) => {
    const removed = await deps.webhooks.deleteWebhook(
      nameOf(request.params, request),
      actorOf(request),
    );
    if (isRefusal(removed)) return answers.refuse(request, reply, removed);
    return answers.ok(request, reply, undefined, 204);
  });
}

function rotateRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Make a new secret, at most once in 24 hours; for 24 hours the old one signs as well',
    params: WebhookParams,
    response: { 200: WebhookView },
  };
  app.post(`${PATH}/rotate`, { schema }, async (request, reply) => {
    const view = await deps.webhooks.rotateWebhook(
      nameOf(request.params, request),
      actorOf(request),
    );
    if (isRefusal(view)) return answers.refuse(request, reply, view);
    return answers.ok(request, reply, view);
  });
}

function deliveriesRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List the dead, due or done deliveries, oldest first',
    params: WebhookParams,
    querystring: DeliveriesQuery,
    response: { 200: page(DeliveryView) },
  };
  app.get(`${PATH}/deliveries`, { schema }, async (request, reply) => {
    const { state = 'dead', limit, cursor = null } = request.query;
    const asked = { state, cursor, limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) };
    const found = await deps.webhooks.webhookDeliveries(nameOf(request.params, request), asked);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}

function replayRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Send dead deliveries again',
    params: WebhookParams,
    body: ReplayBody,
    response: { 200: ReplayView },
  };
  app.post(`${PATH}/replay`, { schema }, async (request, reply) => {
    const { deliveries = null } = request.body;
    const replayed = await deps.webhooks.replayDeliveries(
      nameOf(request.params, request),
      deliveries,
      actorOf(request),
    );
    if (isRefusal(replayed)) return answers.refuse(request, reply, replayed);
    return answers.ok(request, reply, replayed);
  });
}

/** Manages the endpoints for events of a sale and their deliveries. */
export function webhookRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  putRoute(app, deps, answers);
  listRoute(app, deps, answers);
  deleteRoute(app, deps, answers);
  rotateRoute(app, deps, answers);
  deliveriesRoute(app, deps, answers);
  replayRoute(app, deps, answers);
}
