import type { Buying } from './purchase.ts';

/** What the one button of the shop does, and so what it says. */
export type MainAction =
  | { readonly kind: 'placing' | 'again' | 'sign_in' | 'over' | 'paused' | 'empty' | 'buy' }
  | { readonly kind: 'opens'; readonly atMs: number }
  /** An offer of the cart is sold out. */
  | { readonly kind: 'tell_me' | 'waiting'; readonly offer: string };

export interface ShopNow {
  readonly buying: Buying;
  readonly saleState: 'draft' | 'open' | 'paused' | 'closed';
  /** By the server's clock, in ms. */
  readonly nowMs: number;
  readonly closesMs: number;
  /** When this shopper may order what is in the cart. */
  readonly opensMs: number;
  readonly isEmpty: boolean;
  /** The first line of the cart that is sold out; null: all can be had. */
  readonly soldOut: string | null;
  /** Whether the shopper asked to be told about an offer. */
  readonly isWaitingFor: (offer: string) => boolean;
  readonly isShopper: boolean;
}

/** Signing in is the way on when nobody is, or when the sign-in is over in mid-flight. */
function pendingAction({ buying, isShopper }: ShopNow): MainAction | null {
  if (buying.state === 'placing' || buying.state === 'placed') return { kind: 'placing' };
  if (buying.state !== 'unknown') return null;
  return { kind: isShopper ? 'again' : 'sign_in' };
}

/** What the button does, by the first thing that keeps the shopper from buying. */
export function mainAction(shop: ShopNow): MainAction {
  const { saleState, nowMs, opensMs, closesMs, isEmpty, soldOut, isShopper } = shop;
  const pending = pendingAction(shop);
  if (pending) return pending;
  if (saleState === 'closed' || nowMs >= closesMs) return { kind: 'over' };
  // It waits for the first whole second from then on, so it never opens early.
  if (nowMs < opensMs) return { kind: 'opens', atMs: opensMs };
  if (saleState !== 'open') return { kind: 'paused' };
  if (isEmpty) return { kind: 'empty' };
  if (soldOut !== null) {
    return { kind: shop.isWaitingFor(soldOut) ? 'waiting' : 'tell_me', offer: soldOut };
  }
  return { kind: isShopper ? 'buy' : 'sign_in' };
}
