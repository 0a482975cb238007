import type { CellAddress } from '../cell-address.ts';

type Name = 'offers' | 'rules' | 'shoppers';

/**
 * The keys that an open cell must have and has not: someone deleted them. An open cell has offers
 * and rules; once it has placed orders in this epoch, it has shoppers or wallets.
 */
export async function keysGone({ keys, epoch, steady }: CellAddress): Promise<Name[]> {
  const [fence, placed, offers, rules, shoppers] = (await steady
    .multi()
    .get(keys.fence)
    .hget(keys.meta, 'placed')
    .exists(keys.offers)
    .exists(keys.rules)
    .exists(keys.shoppers, keys.wallets)
    .exec())!.map(([, answer]) => answer);
  // The other cases are another epoch's, or the scripts notice them.
  if (fence !== String(epoch) || typeof placed !== 'string') return [];
  const gone: Name[] = [];
  if (offers === 0) gone.push('offers');
  if (rules === 0) gone.push('rules');
  if (shoppers === 0 && Number(placed) > 0) gone.push('shoppers');
  return gone;
}
