import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OfferId, SaleId } from '../domain/ids.ts';
import type { Refusal } from '../domain/refusal.ts';
import { saleMoves } from '../domain/sale.ts';
import type { SaleMove } from '../domain/sale.ts';
import type { Changed } from '../service/change-sale.ts';
import type { SaleView } from '../service/read-sale.ts';
import type { Answers } from './answers.ts';
import type { App, HttpDeps } from './deps.ts';
import type { SalePages } from './sale-pages.ts';
import { OfferBody, OfferParams, SaleBody, SaleParams } from './schemas.ts';
import { offerOf, saleTerms } from './terms.ts';
import { AuditView, OfferView, SaleView as SaleViewSchema, pending } from './views.ts';

interface Admin {
  readonly app: App;
  readonly deps: HttpDeps;
  readonly pages: SalePages;
  readonly answers: Answers;
}

const OPERATOR = { policy: ['operator'] } as const;
const SELLER = { policy: ['merchant', 'operator'] } as const;

/** What was changed, as it is now; 202 while some cell has still to hear of it. */
function answerChange(
  { deps, pages, answers }: Admin,
  request: FastifyRequest,
  reply: FastifyReply,
  sale: SaleId,
  changed: Changed | Refusal,
  shown: (view: SaleView) => object | undefined,
): FastifyReply {
  if ('code' in changed) return answers.refuse(request, reply, changed);
  pages.forget(sale);
  const view = deps.saleView(sale);
  const body = view && shown(view);
  if (!body) throw new Error(`changed, but unknown here: ${request.url}`);
  const { pendingCells } = changed;
  if (pendingCells.length === 0) return answers.ok(request, reply, body);
  return answers.ok(request, reply, { ...body, pendingCells }, 202);
}

function putSaleRoute(admin: Admin): void {
  const { app, deps } = admin;
  const schema = {
    summary: 'Create a sale or set its terms',
    params: SaleParams,
    body: SaleBody,
    response: { 200: SaleViewSchema, 202: pending(SaleViewSchema) },
  };
  app.put('/v1/sales/:sale', { schema, config: OPERATOR }, async (request, reply) => {
    const sale = request.params.sale as SaleId;
    const changed = await deps.setSale(sale, saleTerms(request.body));
    return answerChange(admin, request, reply, sale, changed, (view) => view);
  });
}

function putOfferRoute(admin: Admin): void {
  const { app, deps } = admin;
  const schema = {
    summary: 'Create an offer or set its terms',
    params: OfferParams,
    body: OfferBody,
    response: { 200: OfferView, 202: pending(OfferView) },
  };
  app.put('/v1/sales/:sale/offers/:offer', { schema, config: SELLER }, async (request, reply) => {
    const sale = request.params.sale as SaleId;
    const offer = offerOf(request.params.offer as OfferId, request.body);
    const changed = await deps.setOffer(sale, offer, request.claims!.store);
    return answerChange(admin, request, reply, sale, changed, ({ offers }) =>
      offers.find(({ id }) => id === offer.id),
    );
  });
}

const SUMMARIES: Readonly<Record<SaleMove, string>> = {
  open: 'Open a sale for the first time',
  pause: 'Pause a sale',
  resume: 'Resume a paused sale',
  close: 'Close a sale for good',
};

function moveRoute(admin: Admin, move: SaleMove): void {
  const { app, deps } = admin;
  const schema = {
    summary: SUMMARIES[move],
    params: SaleParams,
    response: { 200: SaleViewSchema, 202: pending(SaleViewSchema) },
  };
  app.post(`/v1/sales/:sale/${move}`, { schema, config: OPERATOR }, async (request, reply) => {
    const sale = request.params.sale as SaleId;
    const changed = await deps.setSaleState(sale, move);
    return answerChange(admin, request, reply, sale, changed, (view) => view);
  });
}

function auditRoute({ app, deps, answers }: Admin): void {
  const schema = {
    summary: 'What the ledger and the cells say of every promise',
    params: SaleParams,
    response: { 200: AuditView },
  };
  app.get('/v1/sales/:sale/audit', { schema, config: OPERATOR }, async (request, reply) => {
    const report = await deps.audit(request.params.sale as SaleId);
    if ('code' in report) return answers.refuse(request, reply, report);
    return answers.ok(request, reply, report);
  });
}

/** What operators and merchants do to a sale. */
export function saleAdminRoutes(
  app: App,
  deps: HttpDeps,
  pages: SalePages,
  answers: Answers,
): void {
  const admin: Admin = { app, deps, pages, answers };
  putSaleRoute(admin);
  putOfferRoute(admin);
  for (const move of Object.keys(saleMoves)) moveRoute(admin, move as SaleMove);
  auditRoute(admin);
}
