import type { OrderBody, QuoteBody } from '../../../client/index.ts';
import { usePage } from '../../kit/page/hooks.ts';
import { mayHave, quoteBodyOf } from '../cart/cart.ts';
import type { CartContent, Holdings } from '../cart/cart.ts';
import { shownTotalOf } from '../cart/quoting.ts';
import type { Pricing, Quoting } from '../cart/quoting.ts';
import { isOpenEnded } from '../refusal.ts';
import type { Wanted } from '../buy/purchase.ts';
import type { Shopper } from './use-shopper.ts';

/** The coupons to order with. Without a quote of this cart, the best ones of the last cart do. */
function couponsFor(
  { best, coupons = [] }: Pick<QuoteBody, 'best' | 'coupons'>,
  held: Holdings | null,
  { quote, isCurrent }: Pricing,
): readonly string[] {
  if (quote && isCurrent) return quote.coupons;
  if (!best) return coupons;
  return quote?.coupons.filter((id) => held && mayHave(held, id)) ?? [];
}

/**
 * The order that a cart with this price asks for; null: it cannot be ordered as it is.
 * @param sawMinor what the screen showed for exactly this cart at the tap
 */
export function wantedOf(
  cart: CartContent,
  held: Holdings | null,
  pricing: Pricing,
  sawMinor: number,
): Wanted | null {
  const { isCurrent, refusal } = pricing;
  if (refusal && !isOpenEnded(refusal)) return null;
  const asked = quoteBodyOf(cart, held);
  const { best, coupons: _picked, ...rest } = asked;
  const coupons = couponsFor(asked, held, pricing);
  const body: OrderBody = { ...rest, ...(coupons.length > 0 ? { coupons: [...coupons] } : {}) };
  const hasCoupons = held !== null && held.coupons?.length !== 0;
  return {
    // Without a quote the sum of the prices stands: the service says if it is not the total.
    body: { ...body, expectedTotal: shownTotalOf(cart, pricing) },
    sawMinor,
    leavesCoupons: best === true && !isCurrent && hasCoupons && coupons.length === 0,
  };
}

interface Buy {
  readonly shopper: Shopper;
  readonly quoting: Quoting;
  readonly held: Holdings | null;
}

/** What a tap on "Buy now" does. */
export function useBuy({ shopper, quoting, held }: Buy): () => void {
  const { session } = usePage();
  return () => {
    const { purchase } = shopper;
    const cart = shopper.cart.value.peek();
    const sub = session.claims.peek()?.sub ?? '';
    const isPlain = cart.lines.every((line) => line.isPlain);
    // A tap may come before the page has drawn the last change of the cart.
    quoting.ask(isPlain ? null : quoteBodyOf(cart, held));
    const pricing = quoting.now.peek();
    const sawMinor = shownTotalOf(cart, pricing);
    if (pricing.isCurrent) {
      const wanted = wantedOf(cart, held, pricing, sawMinor);
      if (wanted) purchase.start(wanted, sub);
      return;
    }
    const later = quoting.settled().then((settled) => wantedOf(cart, held, settled, sawMinor));
    purchase.startLater(later, sub);
  };
}
