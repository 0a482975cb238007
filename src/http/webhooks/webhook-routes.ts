import { isRefusal } from '../../domain/refusals.ts';
import { actorOf } from '../door/actor-of.ts';
import { TAG, tagOf } from '../door/read-expected.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { PageQuery, page, pageOf } from '../paging.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { nameOf } from './webhook-scope.ts';
import type { WebhookRoutes } from './webhook-scope.ts';
import { SCOPES, WebhookBody, WebhookPatchBody, WebhookView } from './webhook-schemas.ts';

/** An absent field stays absent: then the endpoint stays as it is. */
const enabledOf = (enabled: boolean | undefined) =>
  enabled === undefined ? {} : { isEnabled: enabled };

function putRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: `Create or replace an endpoint for ${scope.of}`,
    params: scope.params.webhook,
    body: WebhookBody,
    response: { 200: WebhookView },
  };
  app.put(`${scope.path}/:webhook`, { schema }, async (request, reply) => {
    const { sale = null, webhook: id } = request.params;
    const actor = actorOf(request);
    const { url, kinds, store = actor.store, enabled } = request.body;
    const webhook = { id, url, kinds, store, ...enabledOf(enabled) };
    const set = await deps.webhooks.setWebhook(sale, webhook, actor, request.expected!);
    if (isRefusal(set)) return answers.refuse(request, reply, set);
    return answers.ok(request, reply.header('etag', tagOf(set.version)), set.view);
  });
}

function patchRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: `Change some terms of an endpoint for ${scope.of}; disable or enable it`,
    params: scope.params.webhook,
    body: WebhookPatchBody,
    response: { 200: WebhookView },
  };
  app.patch(`${scope.path}/:webhook`, { schema }, async (request, reply) => {
    const { enabled, ...same } = request.body;
    const patched = await deps.webhooks.patchWebhook(
      nameOf(request.params, request),
      { ...same, ...enabledOf(enabled) },
      actorOf(request),
      request.expected!,
    );
    if (isRefusal(patched)) return answers.refuse(request, reply, patched);
    return answers.ok(request, reply.header('etag', tagOf(patched.version)), patched.view);
  });
}

function listRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: `List your endpoints for ${scope.of} by id; an operator sees all`,
    params: scope.params.all,
    querystring: PageQuery,
    response: { 200: page(WebhookView) },
  };
  app.get(scope.path, { schema }, async (request, reply) => {
    const { sale = null } = request.params;
    const { store } = request.claims!;
    const found = await deps.webhooks.webhooksOf(sale, store, pageOf(request.query));
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}

function getRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: `Read one of your endpoints for ${scope.of}`,
    params: scope.params.webhook,
    response: { 200: WebhookView },
  };
  const config = { answers: { 200: { headers: TAG } } };
  app.get(`${scope.path}/:webhook`, { schema, config }, async (request, reply) => {
    const found = await deps.webhooks.webhookOf(nameOf(request.params, request));
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply.header('etag', tagOf(found.version)), found.view);
  });
}

function deleteRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: `Delete an endpoint for ${scope.of}, and its pending deliveries`,
    params: scope.params.webhook,
  };
  app.delete(`${scope.path}/:webhook`, { schema }, async (request, reply) => {
    const removed = await deps.webhooks.deleteWebhook(
      nameOf(request.params, request),
      actorOf(request),
      request.expected!,
    );
    if (isRefusal(removed)) return answers.refuse(request, reply, removed);
    return answers.ok(request, reply, undefined, 204);
  });
}

function rotateRoute({ app, deps, answers, scope }: WebhookRoutes): void {
  const schema = {
    summary: 'Make a new secret, at most once in 24 hours; for 24 hours the old one signs as well',
    params: scope.params.webhook,
    response: { 200: WebhookView },
  };
  app.post(`${scope.path}/:webhook/rotate`, { schema }, async (request, reply) => {
    const view = await deps.webhooks.rotateWebhook(
      nameOf(request.params, request),
      actorOf(request),
    );
    if (isRefusal(view)) return answers.refuse(request, reply, view);
    return answers.ok(request, reply, view);
  });
}

/** Manages the endpoints for events of one sale and of all sales, and their deliveries. */
export function webhookRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  for (const scope of SCOPES) {
    const routes = { app, deps, answers, scope };
    putRoute(routes);
    patchRoute(routes);
    listRoute(routes);
    getRoute(routes);
    deleteRoute(routes);
    rotateRoute(routes);
    deliveryRoutes(routes);
  }
}
