import type { OrderBody } from '../../../client/index.ts';
import { usePage } from '../../kit/page/hooks.ts';
import { quoteBodyOf, subtotalOf } from '../cart/cart.ts';
import type { CartContent, Holdings } from '../cart/cart.ts';
import type { Pricing, Quoting } from '../cart/quoting.ts';
import { isOpenEnded } from '../refusal.ts';
import type { Wanted } from '../buy/purchase.ts';
import type { Shopper } from './use-shopper.ts';

/** The order that a cart with this price asks for; null: it cannot be ordered as it is. */
export function wantedOf(
  cart: CartContent,
  held: Holdings | null,
  { quote, isCurrent, refusal }: Pricing,
  sawMinor: number,
): Wanted | null {
  if (refusal && !isOpenEnded(refusal)) return null;
  const { best: _best, ...asked } = quoteBodyOf(cart, held);
  const coupons = quote && isCurrent ? quote.coupons : asked.coupons;
  // Without a quote the sum of the prices stands: the service says if it is not the total.
  const expectedTotal = quote && isCurrent ? quote.total : subtotalOf(cart);
  const body: OrderBody = { ...asked, ...(coupons && coupons.length > 0 ? { coupons } : {}) };
  return { body: { ...body, expectedTotal }, sawMinor };
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
    if (pricing.isCurrent) {
      const saw = pricing.quote?.total ?? subtotalOf(cart);
      const wanted = wantedOf(cart, held, pricing, saw);
      if (wanted) purchase.start(wanted, sub);
      return;
    }
    // The shopper saw the prices of the cart's offers, so a total up to their sum needs no yes.
    const later = quoting.settled().then((settled) => {
      return wantedOf(cart, held, settled, subtotalOf(cart));
    });
    purchase.startLater(later, sub);
  };
}
