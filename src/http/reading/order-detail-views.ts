import Type from 'typebox';
import type { Static } from 'typebox';
import { toTimestamp } from '../../domain/timestamps.ts';
import type {
  OrderDetails,
  PaymentOfOrder,
  RefundOfPart,
} from '../../service/reading/order-details.ts';
import { MoveView, RefundedLine, moveView } from '../orders/order-life-schemas.ts';
import { named, strict } from '../schemas.ts';
import { sellerOrderFields, sellerOrderView } from './seller-order-views.ts';
import type { Sight } from './seller-order-views.ts';

const text = Type.String();
const count = Type.Integer();

export const PastPaymentView = named(
  'PastPayment',
  strict({
    id: text,
    state: Type.Enum(['creating', 'open', 'authorized', 'captured', 'failed', 'voided'], {
      type: 'string',
    }),
    amount: count,
    currency: text,
    provider: text,
    pays: Type.Boolean({ description: 'Whether this payment made the order paid.' }),
    createdAt: text,
    providerRef: Type.Optional(
      Type.String({ description: 'The provider’s id of the payment, for operators.' }),
    ),
  }),
);

export const PastRefundView = named(
  'PastRefund',
  strict({
    id: text,
    who: Type.String({ description: '`operator` or `merchant:<store>`.' }),
    cash: Type.Integer({ description: 'The cash that goes back for the lines listed.' }),
    redPacket: Type.Integer({ description: 'The red packet that goes back for the lines listed.' }),
    points: Type.Optional(
      Type.Integer({ description: 'The points that go back. Absent for a merchant.' }),
    ),
    coupons: Type.Optional(
      Type.Array(text, {
        description: 'The promotions whose coupon goes back. Absent for a merchant.',
      }),
    ),
    lines: Type.Array(RefundedLine),
    restocked: Type.Boolean(),
    at: text,
  }),
);

export const OrderDetailsView = named(
  'OrderDetails',
  strict(
    {
      ...sellerOrderFields,
      payments: Type.Optional(
        Type.Array(PastPaymentView, {
          description: 'Oldest first. Absent for a merchant: a payment pays for the whole order.',
        }),
      ),
      refunds: Type.Array(PastRefundView, { description: 'Oldest first.' }),
      moves: Type.Array(MoveView, {
        description:
          'Oldest first. A merchant sees whether the order was paid, expired or cancelled; the ' +
          'refunds of the store are in `refunds`.',
      }),
    },
    'An order with all that happened to it, or the part of it that belongs to a store.',
  ),
);

/** @param isOperator may look a payment up at its provider */
export function pastPaymentView(
  { id, state, amountMinor, currency, provider, pays, createdAtMs, ref }: PaymentOfOrder,
  isOperator: boolean,
): Static<typeof PastPaymentView> {
  const shown = { id, state, amount: amountMinor, currency, provider, pays };
  const createdAt = toTimestamp(createdAtMs);
  const providerRef = isOperator && ref !== null ? { providerRef: ref } : {};
  return { ...shown, createdAt, ...providerRef };
}

/** Points and coupons go back for the whole order, so a part does not show them. */
export function pastRefundView(
  refund: RefundOfPart,
  { store }: Pick<Sight, 'store'>,
): Static<typeof PastRefundView> {
  const { points, coupons } = refund;
  return {
    id: refund.id,
    who: refund.who,
    cash: refund.cashMinor,
    redPacket: refund.packetMinor,
    ...(store === null ? { points, coupons: [...coupons] } : {}),
    lines: [...refund.lines],
    restocked: refund.restock,
    at: toTimestamp(refund.atMs),
  };
}

/** Shows an order with all that happened to it, as far as its reader may see it. */
export function orderDetailsView(
  { part, payments, refunds, moves }: OrderDetails,
  sight: Sight,
  isOperator: boolean,
): Static<typeof OrderDetailsView> {
  return {
    ...sellerOrderView(part, sight),
    ...(payments ? { payments: payments.map((one) => pastPaymentView(one, isOperator)) } : {}),
    refunds: refunds.map((one) => pastRefundView(one, sight)),
    moves: moves.map(moveView),
  };
}
