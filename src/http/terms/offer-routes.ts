import Type from 'typebox';
import type { Static } from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import { MAX_CAP } from '../../domain/sale.ts';
import type { OfferPatch, WarnAt } from '../../domain/sale.ts';
import { fromTimestamp } from '../../domain/timestamps.ts';
import { actorOf } from '../door/actor-of.ts';
import { minor, named, strict } from '../schemas.ts';
import { answerChange, pending } from './answer-change.ts';
import type { TermsRoutes } from './answer-change.ts';
import { accessOf, offerOf } from './bodies-to-terms.ts';
import {
  OfferBody,
  OfferParams,
  capUnits,
  imageField,
  offerAccess,
  offerCategories,
  offerExcludes,
  offerTitle,
  warnAtFields,
  warnAtOptions,
} from './offer-body.ts';
import { OfferView } from './sale-views.ts';

const timeOrNull = (description: string) =>
  Type.Optional(
    Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description }),
  );

const patchFields = {
  title: Type.Optional(offerTitle),
  cap: Type.Optional(capUnits),
  price: Type.Optional(minor('The price')),
  listPrice: Type.Optional(minor('The list price that shoppers compare with')),
  limitPerShopper: Type.Optional(
    Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      minimum: 1,
      maximum: MAX_CAP,
      description: 'The most units that a shopper may hold; null: no limit.',
    }),
  ),
  categories: Type.Optional(offerCategories),
  excludes: Type.Optional(offerExcludes),
  opensAt: timeOrNull("Null: the sale's time."),
  closesAt: timeOrNull("Null: the sale's time."),
  access: Type.Optional(offerAccess),
  paused: Type.Optional(
    Type.Boolean({ description: 'true: the offer takes no orders. false: it takes orders again.' }),
  ),
  warnAt: Type.Optional(
    Type.Unsafe<WarnAt | null>({
      ...Type.Object(warnAtFields, warnAtOptions),
      type: ['object', 'null'],
    }),
  ),
  image: Type.Optional(Type.Unsafe<string | null>({ ...imageField, type: ['string', 'null'] })),
};
const PatchBody = named(
  'OfferPatchBody',
  Type.Object(patchFields, {
    additionalProperties: false,
    minProperties: 1,
    description: 'The terms to change; the others stay. New orders follow them.',
  }),
);
type PatchBody = Static<typeof PatchBody>;

const PatchView = named(
  'PatchedOffer',
  strict({
    asked: Type.Integer({ description: 'The cap that was set last.' }),
    effective: Type.Integer({ description: 'The units reserved, sold or on sale.' }),
    committed: Type.Integer({ description: 'The units reserved or sold, by the ledger.' }),
    debt: Type.Integer({
      description: 'The units above the cap. Returned units pay it off first.',
    }),
    offer: OfferView,
  }),
);

const msOf = (time: string | null): number | null => (time === null ? null : fromTimestamp(time));

/** An absent field stays absent, because null is a value. */
function patchOf({ price, listPrice, opensAt, closesAt, access, paused, ...same }: PatchBody) {
  return {
    ...same,
    ...(price === undefined ? {} : { priceMinor: price }),
    ...(listPrice === undefined ? {} : { listPriceMinor: listPrice }),
    ...(opensAt === undefined ? {} : { opensAtMs: msOf(opensAt) }),
    ...(closesAt === undefined ? {} : { closesAtMs: msOf(closesAt) }),
    ...(access === undefined ? {} : { access: accessOf(access) }),
    ...(paused === undefined ? {} : { isPaused: paused }),
  } satisfies OfferPatch;
}

function putOfferRoute(routes: TermsRoutes): void {
  const { app, deps } = routes;
  const schema = {
    summary: 'Create an offer or replace its terms',
    params: OfferParams,
    body: OfferBody,
    response: { 200: OfferView, 202: pending(OfferView) },
  };
  app.put('/v1/sales/:sale/offers/:offer', { schema }, async (request, reply) => {
    const { sale } = request.params;
    const offer = offerOf(request.params.offer, request.body);
    const actor = actorOf(request);
    const changed = await deps.terms.setOffer(sale, offer, actor, request.expected!);
    const of = { sale, only: { offer: offer.id } };
    return answerChange(routes, request, reply, of, changed, ({ offers }) => offers[0]);
  });
}

/** Changes what may change at any time. */
function patchOfferRoute(routes: TermsRoutes): void {
  const { app, deps, answers } = routes;
  const schema = {
    summary: 'Change some terms of an offer, also while it is on sale; pause or resume it',
    params: OfferParams,
    body: PatchBody,
    response: { 200: PatchView, 202: pending(PatchView) },
  };
  app.patch('/v1/sales/:sale/offers/:offer', { schema }, async (request, reply) => {
    const { sale, offer } = request.params;
    const patch = patchOf(request.body);
    const actor = actorOf(request);
    const changed = await deps.terms.patchOffer(sale, offer, patch, actor, request.expected!);
    if (isRefusal(changed)) return answers.refuse(request, reply, changed);
    const of = { sale, only: { offer } };
    return answerChange(routes, request, reply, of, changed, ({ offers: [found] }) => {
      return found && { ...changed.cap, offer: found };
    });
  });
}

export function offerRoutes(routes: TermsRoutes): void {
  putOfferRoute(routes);
  patchOfferRoute(routes);
}
