import type { Pool } from 'pg';
import type { OfferId, SaleId, StoreId } from '../../domain/ids.ts';
import { isAnnounced } from '../../domain/people/viewer.ts';
import type { Cart, Rules } from '../../domain/pricing/cart.ts';
import { linesOfOffers } from '../../domain/pricing/lines-of-offers.ts';
import { promotionFaults } from '../../domain/pricing/promotion-faults.ts';
import type { CartRequest } from '../../domain/pricing/quote.ts';
import { quoteCart } from '../../domain/pricing/quote-cart.ts';
import type { CartQuote } from '../../domain/pricing/quote-cart.ts';
import { rulesOf } from '../../domain/pricing/rules-of-sale.ts';
import { isOwnedBy } from '../../domain/promotion.ts';
import type { Promotion } from '../../domain/promotion.ts';
import { isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Fault, Offer } from '../../domain/sale.ts';
import { readForPreview } from '../../ledger/terms/promotions/read-for-preview.ts';
import type { SaleToPreview } from '../../ledger/terms/promotions/read-for-preview.ts';
import type { Time } from '../../platform/time.ts';
import { refusalOf } from '../cells/apply-change-to-cells.ts';

/** A cart of a shopper who holds a coupon of each promotion named. */
export type SampleCart = Pick<CartRequest, 'lines' | 'member' | 'coupons'>;

/** `without`: by the sale's rules as they are · `with`: once the promotion is put. */
export interface PromotionPreview {
  readonly sale: string;
  readonly promotion: string;
  readonly without: CartQuote;
  readonly with: CartQuote;
}

interface PreviewDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'now'>;
}

/** The part of a sale that prices the sample. */
interface Stage extends Pick<SaleToPreview, 'sale' | 'budgets' | 'promotions' | 'potsLeft'> {
  readonly offers: ReadonlyMap<OfferId, Offer>;
}

/** A merchant's preview of a draft knows only what the store owns, as the merchant does. */
function stageFor(found: SaleToPreview, store: StoreId | null, nowMs: number): Stage {
  const seesAll = store === null || isAnnounced(found.sale, nowMs);
  const offers = found.offers.filter((one) => seesAll || one.store === store);
  return {
    ...found,
    offers: new Map(offers.map((one) => [one.id, one])),
    promotions: found.promotions.filter((one) => seesAll || isOwnedBy(one, store)),
  };
}

const rulesWith = ({ sale, budgets }: Stage, promotions: readonly Promotion[]): Rules =>
  rulesOf({ ...sale, budgets, promotions });

/** A coupon of a promotion that the rules do not have stays with the shopper. */
function quoteBy(rules: Rules, { offers, potsLeft }: Stage, sample: Cart): CartQuote {
  const known = rules.promotions.filter(({ id, isCoupon }) => isCoupon && sample.coupons.has(id));
  const cart = { ...sample, coupons: new Set(known.map(({ id }) => id)) };
  return quoteCart(rules, cart, potsLeft, { offers, unitsLeft: () => Infinity });
}

const NO_COUPON = 'the sale has no such coupon';

function couponFaults({ promotions }: Rules, { coupons }: SampleCart): Fault[] {
  const known = new Set(promotions.flatMap(({ id, isCoupon }) => (isCoupon ? [id] : [])));
  return coupons.flatMap((id, i) =>
    known.has(id) ? [] : [{ pointer: `/coupons/${i}`, detail: NO_COUPON }],
  );
}

const inPromotion = (errors: readonly Fault[]): Refusal => ({
  code: 'invalid',
  errors: errors.map((one) => ({ ...one, pointer: `/promotion${one.pointer}` })),
});

/**
 * Prices a sample cart as the sale is, and as it would be with a promotion added or replaced. The
 * promotion passes the checks of its PUT first. Of each budget there is what the ledger has left
 * over all cells, gifts are in stock unless their offer is paused, and nothing is written.
 * @param store the merchant's; null: an operator asks
 */
export async function previewPromotion(
  { pool, time }: PreviewDeps,
  id: SaleId,
  promotion: Promotion,
  sample: SampleCart,
  store: StoreId | null,
): Promise<PromotionPreview | Refusal> {
  const errors = promotionFaults(promotion);
  if (errors.length > 0) return inPromotion(errors);
  const found = await readForPreview(pool, id, promotion, store);
  if (found.kind === 'invalid') return inPromotion(found.errors);
  if (found.kind !== 'sound') return refusalOf(found);
  const stage = stageFor(found, store, time.now());
  const others = stage.promotions.filter((one) => one.id !== promotion.id);
  const next = rulesWith(stage, [...others, promotion]);
  const faults = couponFaults(next, sample);
  if (faults.length > 0) return { code: 'invalid', errors: faults };
  const lines = linesOfOffers(stage.offers, sample.lines);
  if (isRefusal(lines)) return lines;
  const { member, coupons } = sample;
  const cart: Cart = { lines, member, coupons: new Set(coupons), redPacketMinor: 0, points: 0 };
  return {
    sale: id,
    promotion: promotion.id,
    without: quoteBy(rulesWith(stage, stage.promotions), stage, cart),
    with: quoteBy(next, stage, cart),
  };
}
