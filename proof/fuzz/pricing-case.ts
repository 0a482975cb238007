import type { Cart, Rules } from '../../src/domain/pricing/cart.ts';

/** All that pricing looks at. Lines of one offer agree in everything but quantity. */
export interface PricingCase {
  readonly rules: Rules;
  readonly cart: Cart;
  /** Minor units left, by `budgetPot`. */
  readonly potsLeft: ReadonlyMap<string, number>;
}
