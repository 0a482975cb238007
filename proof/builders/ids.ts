import { randomBytes } from 'node:crypto';
import type {
  CellId,
  IdempotencyKey,
  OfferId,
  SaleId,
  ShopperId,
  StoreId,
} from '../../src/domain/ids.ts';
import type { Actor } from '../../src/domain/people/actor.ts';

export const shopperId = (name: string) => name as ShopperId;
export const storeId = (name: string) => name as StoreId;
export const offerId = (name: string) => name as OfferId;

/** A serial as an api draws it for an order or a claim. */
export const newSerial = (): string => randomBytes(16).toString('base64url');

/** An idempotency key that nobody has used. */
export const newKey = (): IdempotencyKey => randomBytes(9).toString('base64url') as IdempotencyKey;

/** An id that no other sale has. */
export const newSaleId = (): SaleId => `s${randomBytes(6).toString('hex')}` as SaleId;

/** The first cell of a sale of its own. */
export const newCellId = (): CellId => ({ sale: newSaleId(), cell: 0 });

/** An operator who changes something. */
export const OPERATOR: Actor = {
  sub: 'op-1',
  role: 'operator',
  store: null,
  route: 'test',
  requestId: 'request-1',
  reason: null,
};

/** A merchant of a store who changes something; null: the operator. */
export function actorOf(store: string | null): Actor {
  if (store === null) return OPERATOR;
  return { ...OPERATOR, sub: `merchant-${store}`, role: 'merchant', store: storeId(store) };
}
