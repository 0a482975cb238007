import type { OfferId, SaleId } from '../../domain/ids.ts';
import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove } from '../../domain/sale.ts';
import { NOT_FOUND, isRefusal } from '../../domain/refusals.ts';
import { OPERATOR, SELLER, answerChange } from '../admin.ts';
import type { Admin } from '../admin.ts';
import { patchOfferRoute } from './offer-patch-route.ts';
import { ReportView } from './promotion-views.ts';
import { SaleBody } from './sale-body.ts';
import { OfferBody, OfferParams, SaleParams } from '../schemas.ts';
import { offerOf, saleTerms } from './bodies-to-terms.ts';
import { AuditView, OfferView, SaleView as SaleViewSchema, pending } from '../views.ts';

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
    const changed = await deps.terms.setSale(sale, saleTerms(request.body));
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
    const changed = await deps.terms.setOffer(sale, offer, request.claims!.store);
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
    const changed = await deps.terms.setSaleState(sale, move);
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
    if (!report) return answers.refuse(request, reply, NOT_FOUND);
    return answers.ok(request, reply, report);
  });
}

function reportRoute({ app, deps, answers }: Admin): void {
  const schema = {
    summary: 'Discounts given, by store and promotion, and who bears them',
    params: SaleParams,
    response: { 200: ReportView },
  };
  app.get('/v1/sales/:sale/report', { schema, config: SELLER }, async (request, reply) => {
    const report = await deps.orders.report(request.params.sale as SaleId, request.claims!.store);
    if (isRefusal(report)) return answers.refuse(request, reply, report);
    return answers.ok(request, reply, report);
  });
}

/** What operators and merchants do to a sale and its offers. */
export function saleAdminRoutes(admin: Admin): void {
  putSaleRoute(admin);
  putOfferRoute(admin);
  patchOfferRoute(admin);
  for (const move of Object.keys(saleMoves)) moveRoute(admin, move as SaleMove);
  auditRoute(admin);
  reportRoute(admin);
}
