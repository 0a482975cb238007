import { expect, test } from 'vitest';
import { withFurther } from '../../../../web/shop/sale/read-sale.ts';
import { offer, sale } from './offers.ts';

const shown = sale({ offers: [offer('a'), offer('b')], nextOffers: 'after-b' });
const further = { offers: [offer('c')], nextOffers: null };

test('a further page of offers follows those that are shown', () => {
  const next = withFurther(shown, 'after-b', further)!;
  expect(next.offers.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(next.nextOffers).toBeNull();
});

test('a further page is not put behind others than those it follows', () => {
  expect(withFurther(sale({ nextOffers: 'after-c' }), 'after-b', further)).toBeNull();
});
