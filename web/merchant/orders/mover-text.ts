import type { ordersWords } from './words.ts';

type Movers = (typeof ordersWords)['en']['one']['movers'];

/** The payment or refund that a move names, e.g. of `captured pay_1`; empty: none. */
export const referenceOf = (why: string): string =>
  /^(?:captured|refund) (\S+)$/.exec(why)?.[1] ?? '';

/**
 * Who moved an order. Of the reason that the ledger keeps beside it, in English, the states before
 * and after say all but the reference.
 * @param who as the ledger names it, e.g. `shopper` or `merchant:store-1`
 */
export function moverText(who: string, words: Movers): string {
  const [kind = '', name = ''] = who.split(':', 2);
  switch (kind) {
    case 'operator':
    case 'shopper':
    case 'settlement':
    case 'expirer':
      return words[kind];
    case 'provider':
    case 'merchant':
      return words[kind](name);
    default:
      return who;
  }
}
