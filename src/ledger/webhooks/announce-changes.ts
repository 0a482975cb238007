import type { PoolClient } from 'pg';
import type { Offer, SaleMove, SaleState } from '../../domain/sale.ts';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { WebhookKind } from '../../domain/webhook.ts';
import { query, run } from '../../platform/query.ts';
import type { SaleRow } from '../sale-row.ts';
import { storesOfSale } from '../sale-stores.ts';

const announce = query('webhooks/events/announce-change');

const KINDS = {
  open: 'sale.opened',
  pause: 'sale.paused',
  resume: 'sale.resumed',
  close: 'sale.closed',
} as const satisfies Record<SaleMove, WebhookKind>;

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : toTimestamp(ms));

/** The terms of an offer whose change is announced. */
const announced = (offer: Offer) => ({
  price: offer.priceMinor,
  listPrice: offer.listPriceMinor,
  cap: offer.cap,
  opensAt: timeOrNull(offer.opensAtMs),
  closesAt: timeOrNull(offer.closesAtMs),
  paused: offer.isPaused,
});

async function insert(
  client: PoolClient,
  kind: WebhookKind,
  about: { readonly sale: SaleId; readonly stores: readonly StoreId[] },
  data: object,
): Promise<void> {
  await run(client, announce, [kind, about.sale, about.stores, JSON.stringify(data)]);
}

/**
 * Writes the deliveries that tell of a sale's new state, in the transaction that changes it. All
 * its stores learn of it.
 */
export async function announceSale(
  client: PoolClient,
  sale: SaleRow,
  move: SaleMove,
  state: SaleState,
): Promise<void> {
  const { id, name, opensAtMs, closesAtMs } = sale;
  const times = { opensAt: toTimestamp(opensAtMs), closesAt: toTimestamp(closesAtMs) };
  const stores = (await storesOfSale(client, id)).map(({ store }) => store);
  const about = { sale: id, stores };
  await insert(client, KINDS[move], about, { sale: { id, name, state, ...times } });
}

/**
 * Writes the deliveries that tell of an offer's new price, cap, window or pause, in the transaction
 * that changes it. Only the offer's own store and operators learn of it. A change of anything else
 * tells nobody.
 */
export async function announceOffer(
  client: PoolClient,
  sale: SaleId,
  now: Offer,
  next: Offer,
): Promise<void> {
  const [old, terms] = [announced(now), announced(next)];
  const changed = Object.entries(old).filter(
    ([name, value]) => value !== terms[name as keyof typeof terms],
  );
  if (changed.length === 0) return;
  const { id, store, title } = next;
  const offer = { id, sale, store, title, ...terms };
  const data = { offer, before: Object.fromEntries(changed) };
  await insert(client, 'offer.changed', { sale, stores: [store] }, data);
}
