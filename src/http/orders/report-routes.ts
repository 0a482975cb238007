import Type from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import { SLOW } from '../door/answer-in-time.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SaleParams, named, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();

const ReportView = named(
  'DiscountReport',
  strict({
    sale: text,
    asOf: Type.String({ description: 'When the ledger was read: some seconds ago at most.' }),
    total: count,
    byFunder: strict({ platform: count, store: count }),
    rows: Type.Array(
      named(
        'DiscountRow',
        strict({
          store: text,
          promotion: text,
          layer: text,
          funder: text,
          discount: count,
          orders: count,
        }),
      ),
    ),
  }),
);

export function reportRoutes(app: App, { orders }: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Report the discounts by store, promotion and funder',
    params: SaleParams,
    response: { 200: ReportView },
  };
  app.get('/v1/sales/:sale/report', { schema, config: SLOW }, async (request, reply) => {
    const report = await orders.report(request.params.sale, request.claims!.store);
    if (isRefusal(report)) return answers.refuse(request, reply, report);
    return answers.ok(request, reply, report);
  });
}
