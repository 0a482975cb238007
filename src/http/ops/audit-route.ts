import Type from 'typebox';
import { NOT_FOUND } from '../../domain/refusals.ts';
import { SLOW } from '../door/answer-in-time.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SaleParams, named, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();

const AuditView = named(
  'Audit',
  strict({
    brokenPromises: Type.Array(
      named('BrokenPromise', strict({ promise: text, subject: text, detail: text })),
      {
        description: 'Empty when every promise is kept.',
      },
    ),
    units: strict({
      cap: count,
      debt: count,
      unassigned: count,
      allotted: count,
      held: count,
      sold: count,
      buried: count,
      unsettled: count,
      available: count,
    }),
  }),
);

export function auditRoute(app: App, { audit }: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Check every promise against the ledger and the cells',
    params: SaleParams,
    response: { 200: AuditView },
  };
  app.get('/v1/sales/:sale/audit', { schema, config: SLOW }, async (request, reply) => {
    const found = await audit(request.params.sale);
    if (!found) return answers.refuse(request, reply, NOT_FOUND);
    return answers.ok(request, reply, found);
  });
}
