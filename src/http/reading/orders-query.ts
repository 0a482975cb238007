import Type from 'typebox';
import type { Static } from 'typebox';
import { ORDER_STATES } from '../../domain/order.ts';
import type { OrderState } from '../../domain/order.ts';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import { BAD_CURSOR, invalid } from '../../domain/refusals.ts';
import { fromTimestamp } from '../../domain/timestamps.ts';
import type { OrdersAsked, Position } from '../../service/reading/seller-orders.ts';
import type { Claims } from '../door/read-claims.ts';
import { PageQuery } from '../paging.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { id, offerId, shopperId, strict, time } from '../schemas.ts';

const filters = {
  state: Type.Optional(
    Type.Unsafe<OrderState>(
      Type.Enum([...ORDER_STATES], { type: 'string', description: 'Only orders in this state.' }),
    ),
  ),
  placedFrom: Type.Optional(time('Only orders placed at this time or later.')),
  placedUntil: Type.Optional(time('Only orders placed before this time.')),
  shopper: Type.Optional(shopperId),
  offer: Type.Optional(offerId),
  store: Type.Optional(id<StoreId>('Only the lines of this store; a merchant sees only its own.')),
};

export const OrdersQuery = strict({ ...filters, ...PageQuery.properties });
export const ExportQuery = strict({
  format: Type.Enum(['csv', 'ndjson'], { type: 'string', description: 'The form of the file.' }),
  ...filters,
});
type Filters = Omit<Static<typeof ExportQuery>, 'format'>;

export const FOREIGN_STORE = invalid('/query/store', 'must be the store of your token');

const msOf = (text: string | undefined): number | null =>
  text === undefined ? null : fromTimestamp(text);

/**
 * Reads the filters of a list of orders. A merchant names a shopper as the list shows it.
 * @param nameOf what the caller gets in place of a shopper's id
 */
export function ordersAsked(
  sale: SaleId,
  query: Filters,
  claims: Claims,
  nameOf: (shopper: Claims['sub']) => string,
): OrdersAsked | HttpRefusal {
  const { state = null, shopper = null, offer = null, store = claims.store } = query;
  const isMerchant = claims.store !== null;
  if (isMerchant && store !== claims.store) return FOREIGN_STORE;
  return {
    sale,
    store,
    shopper: isMerchant ? null : shopper,
    isShopper: isMerchant && shopper !== null ? (one) => nameOf(one) === shopper : null,
    offer,
    state,
    fromMs: msOf(query.placedFrom),
    untilMs: msOf(query.placedUntil),
  };
}

const CURSOR = /^(\d{1,16}) ([A-Za-z0-9_-]{1,100})$/;

/** @returns null when the query has no cursor: the first page */
export function positionOf(cursor: string | undefined): Position | HttpRefusal | null {
  if (cursor === undefined) return null;
  const [, at, order] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return order === undefined ? BAD_CURSOR : { atUs: Number(at), id: order };
}

export const cursorOf = (position: Position | null): string | null =>
  position && Buffer.from(`${position.atUs} ${position.id}`).toString('base64url');
