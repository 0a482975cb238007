import { receiptView } from '../order.ts';
import type { ReceiptView } from '../order.ts';
import type { Cart, Rules } from './cart.ts';
import { withGifts } from './gifts.ts';
import type { GiftStock } from './gifts.ts';
import { explain } from './hints.ts';
import { priceCart } from './price-cart.ts';
import type { Trace } from './price-cart.ts';
import type { QuoteView, UnusedView } from './quote.ts';

/** The price of a cart, and why it is that. Money in minor units. */
export type CartQuote = ReceiptView & Pick<QuoteView, 'near' | 'unused'>;

/**
 * Prices a cart by rules, gives the gifts that the stock allows, and explains the rest.
 * @param potsLeft what each pot has left, in minor units
 */
export function quoteCart(
  rules: Rules,
  cart: Cart,
  potsLeft: ReadonlyMap<string, number>,
  stock: GiftStock,
): CartQuote {
  const trace: Trace = [];
  const receipt = withGifts(stock, cart, priceCart(rules, cart, potsLeft, trace));
  const { near, unused } = explain(rules, cart, trace);
  const withheld = receipt.outOfGifts.map((promotion): UnusedView => ({
    promotion,
    reason: 'out_of_gifts',
  }));
  return { ...receiptView(receipt), near, unused: [...unused, ...withheld] };
}
