import { expect, test } from 'vitest';
import { Dice } from '../../../../proof/builders/dice.ts';
import { opensForMs as decided } from '../../../../src/domain/terms/opening.ts';
import { withUnits, EMPTY_CART } from '../../../../web/shop/cart/cart.ts';
import { opensForMs } from '../../../../web/shop/opening.ts';
import { cartOpensMs } from '../../../../web/shop/sale/shop-now.ts';
import { offer, sale } from './offers.ts';

const CASES = 2_000;
const HOURS = 12;
const HOUR_MS = 3_600_000;
const at = (hour: number): string => new Date(hour * HOUR_MS).toISOString();

/** When it opens and who may come earlier, drawn; null: no time of its own. */
function drawOpening(dice: Dice, hasOwn: boolean) {
  const access = Array.from({ length: dice.below(3) }, () => ({
    members: dice.some(['gold', 'silver'], 1 + dice.below(2)),
    from: at(1 + dice.below(HOURS)),
  }));
  return { opensAt: hasOwn ? at(1 + dice.below(HOURS)) : null, access };
}

const inMs = ({ opensAt, access }: ReturnType<typeof drawOpening>) => ({
  opensAtMs: opensAt === null ? null : Date.parse(opensAt),
  access: access.map(({ members, from }) => ({ members, fromMs: Date.parse(from) })),
});

test('the page opens an offer for a shopper exactly when the service does', () => {
  const dice = new Dice(13);
  for (let i = 0; i < CASES; i++) {
    const [ofSale, ofOffer] = [drawOpening(dice, true), drawOpening(dice, dice.oneIn(2))];
    const member = dice.pick(['gold', 'silver', null]);
    const expected = decided(inMs(ofSale), inMs(ofOffer), member);
    expect(opensForMs(ofSale, ofOffer, member), `case ${i}`).toBe(expected);
  }
});

test('a cart opens with the last of its offers, and an empty one with the sale', () => {
  const late = offer('late', { opensAt: at(5) });
  const own = offer('own', { access: [{ members: ['gold'], from: at(1) }] });
  const shown = sale({ opensAt: at(3), offers: [late, own] });
  const both = withUnits(withUnits(EMPTY_CART, own, 1), late, 1);
  expect(cartOpensMs(shown, EMPTY_CART, 'gold')).toBe(3 * HOUR_MS);
  expect(cartOpensMs(shown, withUnits(EMPTY_CART, own, 1), 'gold')).toBe(HOUR_MS);
  expect(cartOpensMs(shown, both, 'gold')).toBe(5 * HOUR_MS);
});
