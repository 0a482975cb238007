import Type from 'typebox';
import type { Static } from 'typebox';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import { fromTimestamp, toTimestamp } from '../../domain/timestamps.ts';
import type { FiguresByMinute, MinutesOf } from '../../service/reading/figures-by-minute.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SLOW } from '../door/answer-in-time.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { SaleParams, id, named, offerId, strict, time } from '../schemas.ts';
import { FOREIGN_STORE } from './orders-query.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** At most 1,440 minutes are answered. */
const STRETCH_MOST_MS = 24 * HOUR_MS;

const MinutesQuery = strict({
  from: Type.Optional(
    time('Orders placed from the minute of this time on; default: an hour before `until`.'),
  ),
  until: Type.Optional(time('Orders placed before this time; default: now.')),
  offer: Type.Optional(offerId),
  store: Type.Optional(id<StoreId>('Only the lines of this store; a merchant sees only its own.')),
});
type MinutesQuery = Static<typeof MinutesQuery>;

const count = (description: string) => Type.Integer({ description });

const MinuteView = named(
  'MinuteFigures',
  strict({
    at: Type.String({ description: 'The beginning of the minute.' }),
    placed: count('The order lines placed, without gifts, whatever became of the orders.'),
    units: count('Their units.'),
    paidUnits: count('Those of their units that are paid by now, before refunds.'),
    revenue: count('What was paid for them, before refunds.'),
  }),
);

const MinutesView = named(
  'FiguresByMinute',
  strict(
    {
      sale: Type.String(),
      currency: Type.String(),
      from: Type.String({ description: 'The beginning of the first minute.' }),
      until: Type.String({ description: 'The end of the last minute.' }),
      items: Type.Array(MinuteView, {
        description: 'By time. A minute in which nothing was ordered is left out.',
      }),
    },
    'What settled orders were placed by the minute. Money in minor units.',
  ),
);

const TOO_LATE = invalid('/query/from', 'must be before `until`');
const TOO_LONG = invalid('/query/from', 'must be at most 24 hours before `until`');

const msOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : fromTimestamp(text);

/** The stretch of whole minutes that a query names. @param own a merchant's store; null: any */
function minutesAsked(
  sale: SaleId,
  query: MinutesQuery,
  own: StoreId | null,
  nowMs: number,
): MinutesOf | HttpRefusal {
  const { store = own, offer = null } = query;
  if (own !== null && store !== own) return FOREIGN_STORE;
  const untilMs = Math.ceil(msOf(query.until, nowMs) / MINUTE_MS) * MINUTE_MS;
  const fromMs = Math.floor(msOf(query.from, untilMs - HOUR_MS) / MINUTE_MS) * MINUTE_MS;
  if (fromMs >= untilMs) return TOO_LATE;
  if (untilMs - fromMs > STRETCH_MOST_MS) return TOO_LONG;
  return { sale, fromMs, untilMs, store, offer };
}

const minutesView = (
  { sale, fromMs, untilMs }: MinutesOf,
  { currency, minutes }: FiguresByMinute,
) => ({
  sale,
  currency,
  from: toTimestamp(fromMs),
  until: toTimestamp(untilMs),
  items: minutes.map(({ atMs, placed, units, paidUnits, revenueMinor }) => {
    return { at: toTimestamp(atMs), placed, units, paidUnits, revenue: revenueMinor };
  }),
});

/** How a sale sold over time, for merchants and operators. */
export function byMinuteRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Read how a sale sold by the minute: a merchant sees the lines of the store',
    description:
      'It reads every order of the stretch, at most 24 hours of whole minutes. To go on with a ' +
      'curve, ask only for its last minutes: orders that settle late and payments change them. ' +
      'The figures may be 3 seconds old.',
    params: SaleParams,
    querystring: MinutesQuery,
    response: { 200: MinutesView },
  };
  const path = '/v1/sales/:sale/figures/by-minute';
  app.get(path, { schema, config: SLOW }, async (request, reply) => {
    const { params, query } = request;
    const asked = minutesAsked(params.sale, query, request.claims!.store, deps.time.now());
    if (isRefusal(asked)) return answers.refuse(request, reply, asked);
    const found = await deps.reading.figuresByMinute(asked);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, minutesView(asked, found));
  });
}
