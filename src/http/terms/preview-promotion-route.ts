import Type from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import { id, named, strict } from '../schemas.ts';
import { CartLines, namedCoupons } from '../selling/order-bodies.ts';
import { SampleQuote } from '../selling/order-views.ts';
import { LISTS_LIMIT_BYTES } from './answer-change.ts';
import type { TermsRoutes } from './answer-change.ts';
import { promotionOf } from './bodies-to-terms.ts';
import { PromotionBody, PromotionParams } from './promotion-schemas.ts';

const PreviewBody = named(
  'PromotionPreviewBody',
  strict(
    {
      promotion: PromotionBody,
      lines: CartLines,
      coupons: namedCoupons(
        'A promotion whose coupon the sample shopper holds; it may be the one to preview.',
        'The coupons that the sample cart uses.',
      ),
      member: Type.Optional(id('The member tier of the sample shopper; default: none.')),
    },
    'A promotion as its PUT takes it, and a sample cart.',
  ),
);

const PreviewView = named(
  'PromotionPreview',
  strict(
    { sale: Type.String(), promotion: Type.String(), without: SampleQuote, with: SampleQuote },
    '`without`: the price by the rules of the sale as they are. `with`: once the promotion is put.',
  ),
);

/** Prices a sample cart before a promotion is put. */
export function previewPromotionRoute({ app, deps, answers }: TermsRoutes): void {
  const schema = {
    summary: 'Price a sample cart with a promotion added or replaced, and without',
    description:
      'It writes nothing. The promotion is checked as its PUT checks it. Each budget has what is ' +
      'left of it over all cells, and gifts are in stock.',
    params: PromotionParams,
    body: PreviewBody,
    response: { 200: PreviewView },
  };
  const options = { schema, bodyLimit: LISTS_LIMIT_BYTES };
  const path = '/v1/sales/:sale/promotions/:promotion/preview';
  app.post(path, options, async (request, reply) => {
    const { sale, promotion: name } = request.params;
    const { store } = request.claims!;
    const { promotion: body, lines, coupons = [], member = null } = request.body;
    const promotion = promotionOf(name, body, store);
    const sample = { lines, coupons, member };
    const preview = await deps.terms.previewPromotion(sale, promotion, sample, store);
    if (isRefusal(preview)) return answers.refuse(request, reply, preview);
    return answers.ok(request, reply, preview);
  });
}
