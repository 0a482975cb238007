import type { Cart, Rules } from '../../src/domain/pricing/cart.ts';

/** All inputs of pricing. Lines of one offer differ only in quantity. */
export interface PricingCase {
  readonly rules: Rules;
  readonly cart: Cart;
  /** Minor units left in each budget, by `budgetPot`. */
  readonly potsLeft: ReadonlyMap<string, number>;
}
