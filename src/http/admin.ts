import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SaleId } from '../domain/ids.ts';
import type { Refusal } from '../domain/refusals.ts';
import { isRefusal } from '../domain/refusals.ts';
import type { Changed } from '../service/cells/apply-change.ts';
import type { SaleView } from '../service/terms/sale-view.ts';
import type { Answers } from './answers.ts';
import type { App, HttpDeps } from './deps.ts';
import type { SalePages } from './terms/sale-pages.ts';

/** What the routes of operators and merchants share. */
export interface Admin {
  readonly app: App;
  readonly deps: HttpDeps;
  readonly pages: SalePages;
  readonly answers: Answers;
}

export const OPERATOR = { policy: ['operator'] } as const;
export const SELLER = { policy: ['merchant', 'operator'] } as const;

/** 202 with the cells that have still to hear of a change, 200 without. */
export function answerApplied(
  { answers }: Pick<Admin, 'answers'>,
  request: FastifyRequest,
  reply: FastifyReply,
  body: object,
  pendingCells: readonly number[],
): FastifyReply {
  if (pendingCells.length === 0) return answers.ok(request, reply, body);
  return answers.ok(request, reply, { ...body, pendingCells }, 202);
}

/** What was changed, as the sale shows it now. */
export function answerChange(
  admin: Admin,
  request: FastifyRequest,
  reply: FastifyReply,
  sale: SaleId,
  changed: Pick<Changed, 'pendingCells'> | Refusal,
  shown: (view: SaleView) => object | undefined,
): FastifyReply {
  if (isRefusal(changed)) return admin.answers.refuse(request, reply, changed);
  admin.pages.forget(sale);
  const view = admin.deps.terms.saleView(sale);
  const body = view && shown(view);
  if (!body) throw new Error(`changed, but unknown here: ${request.url}`);
  return answerApplied(admin, request, reply, body, changed.pendingCells);
}
