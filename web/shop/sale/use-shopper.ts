import { useMemo } from 'preact/hooks';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import type { Kept } from '../../kit/session/kept.ts';
import { keptWaits } from '../buy/waits.ts';
import type { Purchase } from '../buy/purchase.ts';
import { usePurchase } from '../buy/use-purchase.ts';
import { buyWords } from '../buy/words.ts';
import type { CartContent } from '../cart/cart.ts';
import { keptCart } from '../cart/kept-cart.ts';
import type { News } from '../stock-news.ts';

/** What the shopper does in a sale: all of it outlasts a reload and a sign-in. */
export interface Shopper {
  readonly cart: Kept<CartContent>;
  readonly waits: Kept<readonly string[]>;
  readonly purchase: Purchase;
  /** The shopper changes the cart: what was refused before is no longer what they ask for. */
  readonly change: (cart: CartContent) => void;
}

export const ordersPath = (sale: string): string => `/s/${encodeURIComponent(sale)}/orders`;

export function useShopper(sale: string): Shopper {
  const { tabStore, router } = usePage();
  const cart = useMemo(() => keptCart(tabStore, sale), [sale]);
  const waits = useMemo(() => keptWaits(tabStore, sale), [sale]);
  const purchase = usePurchase(sale, (order) => {
    cart.clear();
    router.go(`${ordersPath(sale)}/${encodeURIComponent(order)}`);
  });
  const change = (next: CartContent) => {
    if (purchase.now.peek().state === 'refused') purchase.drop();
    cart.value.value = next;
  };
  return { cart, waits, purchase, change };
}

const NONE: ReadonlySet<string> = new Set();

/** Tells the shopper as soon as an offer is back that they wait for. @returns which are back */
export function useWaits({
  waits,
  purchase,
}: Shopper): (news: News, titleOf: (offer: string) => string) => ReadonlySet<string> {
  const { announcer } = usePage();
  const words = useWords(buyWords);
  return ({ stock }, titleOf) => {
    const waiting = waits.value.peek();
    const back = waiting.filter((offer) => {
      const word = stock.get(offer);
      return word !== undefined && word !== null && word !== 'sold_out';
    });
    if (back.length === 0) return NONE;
    waits.value.value = waiting.filter((offer) => !back.includes(offer));
    for (const offer of back) announcer.tell(words.isBack(titleOf(offer)));
    if (purchase.now.peek().state === 'refused') purchase.drop();
    return new Set(back);
  };
}
