import type { FastifyRequest } from 'fastify';
import type { WebhookName } from '../../ledger/webhooks/endpoints.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import type { Scope, WebhookParams } from './webhook-schemas.ts';

/** What the routes of one scope are made of. */
export interface WebhookRoutes {
  readonly app: App;
  readonly deps: HttpDeps;
  readonly answers: Answers;
  readonly scope: Scope;
}

/** The endpoint of the caller that a request is about. */
export const nameOf = (
  { sale, webhook }: WebhookParams,
  { claims }: Pick<FastifyRequest, 'claims'>,
): WebhookName => ({ sale: sale ?? null, id: webhook, store: claims!.store });
