import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { SaleId } from '../../domain/ids.ts';
import { NOT_FOUND, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Changed } from '../../service/cells/apply-change-to-cells.ts';
import type { SaleView } from '../../service/terms/sale-view.ts';
import type { OneOfSale } from '../../service/terms/sales-by-id.ts';
import type { Answers } from '../answers.ts';
import { tagOf } from '../door/read-expected.ts';
import { viewerOf } from '../door/viewer-of.ts';
import type { App, HttpDeps } from '../deps.ts';
import { namedAfter, strict } from '../schemas.ts';
import type { ReadyPages } from '../pages/ready-pages.ts';

/** A list of stores, four lists of ids, or 500 ids of shoppers exceed the limit for an order. */
export const LISTS_LIMIT_BYTES = 160 * 1024;

/** Everything that the routes for sales and their terms share. */
export interface TermsRoutes {
  readonly app: App;
  readonly deps: HttpDeps;
  readonly pages: ReadyPages;
  readonly answers: Answers;
}

/** A view plus the cells that have not applied the change yet; they will. */
export const pending = <View extends ReturnType<typeof strict>>(view: View) => {
  const pendingCells = Type.Array(Type.Integer(), {
    description: 'The cells that have not applied the change yet. They will.',
  });
  return namedAfter(view, (name) => `Pending${name}`, strict({ ...view.properties, pendingCells }));
};

/** 202 and the cells that have not applied the change yet, or 200 when all have. */
export function answerApplied(
  answers: Answers,
  request: FastifyRequest,
  reply: FastifyReply,
  body: object,
  pendingCells: readonly number[],
): FastifyReply {
  if (pendingCells.length === 0) return answers.ok(request, reply, body);
  return answers.ok(request, reply, { ...body, pendingCells }, 202);
}

/** Names the version of the thing that the answer is about. */
export function setTag(
  reply: FastifyReply,
  { version }: { readonly version?: string | undefined },
): void {
  if (version !== undefined) reply.header('etag', tagOf(version));
}

/**
 * Answers with the changed part of the sale, as the caller sees it.
 * @param only all of the sale that is changed; without it, the sale itself is
 */
export function answerChange(
  { deps, pages, answers }: TermsRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
  { sale, only }: { readonly sale: SaleId; readonly only?: OneOfSale },
  changed: Pick<Changed, 'pendingCells' | 'version'> | Refusal,
  shown: (view: SaleView) => object | undefined,
): FastifyReply {
  if (isRefusal(changed)) return answers.refuse(request, reply, changed);
  pages.forget();
  const view = deps.terms.saleViewById(sale, viewerOf(request.claims), only);
  const body = view && shown(view);
  // Another request may have deleted it since.
  if (!body) return answers.refuse(request, reply, NOT_FOUND);
  setTag(reply, changed);
  return answerApplied(answers, request, reply, body, changed.pendingCells);
}
