import type { HttpDeps } from '../deps.ts';
import type { Claims } from '../door/read-claims.ts';
import type { Sight } from './seller-order-views.ts';

/** A merchant sees the store's part of orders, and pseudonyms in place of shoppers' ids. */
export function sightOf({ pseudonyms }: HttpDeps, { store }: Claims): Sight {
  if (store === null) return { store, nameOf: (shopper) => shopper };
  return { store, nameOf: (shopper) => pseudonyms.customer(store, shopper) };
}
