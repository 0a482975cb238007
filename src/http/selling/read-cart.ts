import type { SaleId } from '../../domain/ids.ts';
import type { CartRequest } from '../../domain/pricing/quote.ts';
import type { OrderBody } from './order-bodies.ts';

const NO_COUPONS: readonly string[] = [];

/** @param body an order's or a quote's */
export function readCart(sale: SaleId, body: OrderBody): Omit<CartRequest, 'shopper' | 'member'> {
  return {
    sale,
    lines: body.lines,
    coupons: body.coupons ?? NO_COUPONS,
    redPacket: body.redPacket ?? 0,
    points: body.points ?? 0,
  };
}
