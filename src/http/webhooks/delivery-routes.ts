import { isRefusal } from '../../domain/refusals.ts';
import { DELIVERY_STATES } from '../../domain/webhook.ts';
import { actorOf } from '../door/actor-of.ts';
import { page, pageOf } from '../paging.ts';
import { nameOf } from './webhook-scope.ts';
import type { WebhookRoutes } from './webhook-scope.ts';
import { DeliveriesQuery, DeliveryView, ReplayBody, ReplayView } from './webhook-schemas.ts';

function testRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: 'Send a test event at once, and read how the endpoint answered',
    params: scope.params.webhook,
    response: { 200: DeliveryView },
  };
  app.post(`${scope.path}/:webhook/test`, { schema }, async (request, reply) => {
    const delivery = await deps.webhooks.testWebhook(nameOf(request.params, request));
    if (isRefusal(delivery)) return answers.refuse(request, reply, delivery);
    return answers.ok(request, reply, delivery);
  });
}

function listRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: 'List the dead, due or done deliveries, oldest or newest first',
    params: scope.params.webhook,
    querystring: DeliveriesQuery,
    response: { 200: page(DeliveryView) },
  };
  app.get(`${scope.path}/:webhook/deliveries`, { schema }, async (request, reply) => {
    const { state = 'dead', kind = null, order = 'oldest', ...rest } = request.query;
    const states = state === 'all' ? DELIVERY_STATES : [state];
    const asked = { states, kind, isNewestFirst: order === 'newest', ...pageOf(rest) };
    const found = await deps.webhooks.webhookDeliveries(nameOf(request.params, request), asked);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}

function getRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: 'Read one delivery',
    params: scope.params.delivery,
    response: { 200: DeliveryView },
  };
  app.get(`${scope.path}/:webhook/deliveries/:delivery`, { schema }, async (request, reply) => {
    const name = nameOf(request.params, request);
    const found = await deps.webhooks.webhookDelivery(name, request.params.delivery);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}

function replayOneRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: 'Send one delivery again, whether it was accepted or given up',
    params: scope.params.delivery,
    response: { 200: DeliveryView },
  };
  const path = `${scope.path}/:webhook/deliveries/:delivery/replay`;
  app.post(path, { schema }, async (request, reply) => {
    const found = await deps.webhooks.replayDelivery(
      nameOf(request.params, request),
      request.params.delivery,
      actorOf(request),
    );
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}

function replayRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: 'Send dead deliveries again',
    params: scope.params.webhook,
    body: ReplayBody,
    response: { 200: ReplayView },
  };
  app.post(`${scope.path}/:webhook/replay`, { schema }, async (request, reply) => {
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

/** Shows the deliveries of endpoints, and sends some again. */
export function deliveryRoutes(routes: WebhookRoutes): void {
  testRoute(routes);
  listRoute(routes);
  getRoute(routes);
  replayOneRoute(routes);
  replayRoute(routes);
}
