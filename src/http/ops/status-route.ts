import Type from 'typebox';
import { FOR_OPERATORS, WAITING_FOR, statusView } from '../../domain/quiet.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SaleParams, named, saleId, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();

/** A list of what is there, by kind. */
const pending = (name: string, kinds: Readonly<Record<string, string>>, description: string) =>
  Type.Array(
    named(
      name,
      strict({
        for: Type.Enum(Object.keys(kinds), { type: 'string' }),
        count: Type.Integer({ description: 'Where there may be very many, a lower bound.' }),
        detail: Type.Union([text, Type.Null()]),
        since: Type.Union([text, Type.Null()], {
          description: 'Since when the oldest is there; null: nobody knows.',
        }),
      }),
    ),
    { description },
  );

export const statusFields = {
  sale: saleId,
  quiet: Type.Boolean({
    description: 'True when everything is settled, delivered and given back.',
  }),
  asOf: text,
  waiting: pending('WaitingFor', WAITING_FOR, 'What the sale waits for; empty when it is quiet.'),
  unresolved: pending(
    'ForOperators',
    FOR_OPERATORS,
    'What only an operator ends. A sale may be quiet with it.',
  ),
  audit: Type.Union(
    [
      named(
        'LastAudit',
        strict({
          at: text,
          ageSeconds: count,
          brokenPromises: count,
          tookMs: Type.Unsafe<number | null>({
            type: ['integer', 'null'],
            description: 'How long it took; null: nobody noted it.',
          }),
        }),
      ),
      Type.Null({ description: 'The service has not audited the sale yet.' }),
    ],
    { description: 'The last audit that the service made by itself.' },
  ),
};

const StatusView = named('SaleStatus', strict(statusFields));

export function statusRoute(app: App, { saleStatus }: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Say whether a sale is quiet, and what it waits for since when',
    params: SaleParams,
    response: { 200: StatusView },
  };
  app.get('/v1/sales/:sale/status', { schema }, async (request, reply) => {
    const status = await saleStatus(request.params.sale);
    if (!status) return answers.refuse(request, reply, NOT_FOUND);
    return answers.ok(request, reply, statusView(status));
  });
}
