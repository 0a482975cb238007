import { expect, test } from 'vitest';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

for (const cells of [1, 4]) {
  test(`a rush sells exactly the cap and settles it, ${cells} cells`, async () => {
    await shop.open([offer('a', { cap: 100, limitPerShopper: 2 })], { cells });
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, i) => shop.buy({ shopper: `u${i}` })),
    );
    const placed = answers.filter((answer) => 'order' in answer);
    const codes = new Set(answers.flatMap((answer) => ('code' in answer ? [answer.code] : [])));
    expect(placed).toHaveLength(100);
    expect([...codes]).toEqual(['sold_out']);
    const before = await shop.audit();
    expect(before.brokenPromises).toEqual([]);
    expect(before.units).toMatchObject({ cap: 100, unsettled: 100, held: 0, available: 0 });
    await shop.settleAll();
    const after = await shop.audit();
    expect(after.brokenPromises).toEqual([]);
    expect(after.units).toMatchObject({ cap: 100, unsettled: 0, held: 100, available: 0 });
  });
}
