import Type from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SLOW } from '../door/answer-in-time.ts';
import { PageQuery, pageAfter } from '../paging.ts';
import { SaleParams, named, strict, textOrNull } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();
const about = (description: string) => Type.Integer({ description });

const figures = {
  cap: count,
  committed: about('The units reserved or paid, by the ledger.'),
  sold: about('The units paid, less those that refunds put on sale again.'),
  available: about('The units on sale at this moment.'),
  debt: about('The units above the cap. Returned units pay it off first.'),
  sellThroughBps: about('`sold` out of `cap`, in 1/10,000.'),
  unitsAMinute: about('The units ordered, on average of the five minutes before `asOf`.'),
  revenue: about('What was paid, before refunds.'),
  refunds: about('What refunds gave back, in cash and red packet.'),
  placed: about('The order lines accepted, without gifts.'),
  refused: Type.Record(Type.String(), count, {
    description:
      'The order lines refused, by the code of the problem. Each try counts, so a shopper may ' +
      'count several times. An api adds its counts every five seconds; one that dies adds nothing.',
  }),
  conversionBps: about('`placed` out of `placed` and all `refused`, in 1/10,000.'),
};

const FiguresView = named(
  'SaleFigures',
  strict(
    {
      sale: text,
      currency: text,
      asOf: Type.String({
        description:
          'When the ledger was read: at most 5 seconds ago, or 20 times as long as reading took. ' +
          'Only `available` is of this moment.',
      }),
      stores: Type.Array(named('StoreFigures', strict({ store: text, ...figures })), {
        description: 'The sums by store: a merchant sees one.',
      }),
      items: Type.Array(
        named('OfferFigures', strict({ offer: text, title: text, store: text, ...figures })),
        {
          description: 'A page of the offers, by id.',
        },
      ),
      next: textOrNull('The `cursor` of the next page; null: this page is the last.'),
    },
    'How a sale sells. Money in minor units.',
  ),
);

/** How the offers of a sale sell, for merchants and operators. */
export function figuresRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Read how the offers and stores of a sale sell: a merchant sees those of the store',
    params: SaleParams,
    querystring: PageQuery,
    response: { 200: FiguresView },
  };
  app.get('/v1/sales/:sale/figures', { schema, config: SLOW }, async (request, reply) => {
    const found = await deps.reading.saleFigures(request.params.sale, request.claims!.store);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const { asOfMs, offers, ...rest } = found;
    const ids = offers.map(({ offer }) => offer);
    const range = pageAfter(ids, request.query);
    if (isRefusal(range)) return answers.refuse(request, reply, range);
    const items = offers.slice(range.from, range.to);
    const asOf = toTimestamp(asOfMs);
    return answers.ok(request, reply, { ...rest, asOf, items, next: range.next });
  });
}
