import Type from 'typebox';
import type { Static } from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import { fromTimestamp } from '../../domain/timestamps.ts';
import type { ChangesRequest } from '../../service/changes/changes-of.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { PageQuery, page } from '../paging.ts';
import { SaleParams, name, named, shopperId, strict, time } from '../schemas.ts';

const DEFAULT_LIMIT = 50;

const text = Type.String();
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** Only changes of a sale name shoppers. */
const OtherChangesQuery = strict({
  ...PageQuery.properties,
  subject: Type.Optional(
    name('Only changes of this thing, e.g. `sale`, `offer:mug`, `promotion:spring`.'),
  ),
  from: Type.Optional(time('Only changes from this time on.')),
  until: Type.Optional(time('Only changes before this time.')),
});
const ChangesQuery = strict({
  ...OtherChangesQuery.properties,
  shopper: Type.Optional(shopperId),
});

/** What a query asks for, with times in ms. */
function askedFor(query: Static<typeof ChangesQuery>): ChangesRequest {
  const { subject = null, shopper = null, from, until, cursor = null, limit } = query;
  return {
    subject,
    shopper,
    fromMs: from === undefined ? null : fromTimestamp(from),
    untilMs: until === undefined ? null : fromTimestamp(until),
    cursor,
    limit: limit === undefined ? DEFAULT_LIMIT : Number(limit),
  };
}

/** The fields of the thing, in the words of the API; null: it did not exist, or it is gone. */
const Document = named(
  'ChangedFields',
  Type.Unsafe<unknown>({ type: ['object', 'null'], additionalProperties: true }),
);

const changeFields = {
  number: Type.Integer({ description: 'From 1, in the sale.' }),
  at: text,
  sub: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Who; a merchant learns it only of people of the own store.',
  }),
  role: text,
  store: textOrNull,
  what: text,
  subject: text,
  before: Document,
  after: Document,
  reason: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The `X-Change-Reason` of the request, or the `--reason` of the command.',
  }),
  route: Type.String({ description: 'Method and pattern, or the words of the command.' }),
  requestId: text,
  hash: Type.String({
    description: 'SHA-256 in hex over this change and the hash of the one before it.',
  }),
};

const ChangeView = named('Change', strict(changeFields));

/** A change in a list of all sales. */
export const PlacedChangeView = named(
  'PlacedChange',
  strict({
    sale: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The sale in which it is numbered; null: it belongs to none.',
    }),
    ...changeFields,
  }),
);

export function changesRoutes(app: App, { changesOf }: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List who changed what and why, oldest first; a merchant sees the own things',
    params: SaleParams,
    querystring: ChangesQuery,
    response: { 200: page(ChangeView) },
  };
  app.get('/v1/sales/:sale/changes', { schema }, async (request, reply) => {
    const asked = askedFor(request.query);
    const found = await changesOf(request.params.sale, asked, request.claims!.store);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
  const ofNoSale = {
    summary: 'List the changes that belong to no sale, as those of a sale are listed',
    querystring: OtherChangesQuery,
    response: { 200: page(ChangeView) },
  };
  app.get('/v1/changes', { schema: ofNoSale }, async (request, reply) => {
    const found = await changesOf(null, askedFor(request.query), request.claims!.store);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}
