import Type from 'typebox';
import type { Static } from 'typebox';

/** The messages between the sandbox and its client. Amounts are integers in minor units. */

const AMOUNT_MAX = 999_999_999_999;
const Name = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' });
const Amount = Type.Integer({ minimum: 1, maximum: AMOUNT_MAX });
/** ISO 4217. */
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });

/** A sandbox told to lie may answer any amount. */
const SaidAmount = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
});

const closed = { additionalProperties: false };

const TITLE_MAX = 200;
const QUANTITY_MAX = 999;
/** An order has at most 50 lines and 10 gifts. */
const LINES_MAX = 60;

/** A line of the order, for its shopper to see. */
const Line = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: TITLE_MAX }),
    quantity: Type.Integer({ minimum: 1, maximum: QUANTITY_MAX }),
  },
  closed,
);

export const NewPaymentBody = Type.Object(
  {
    payment: Name,
    order: Name,
    amount: Amount,
    currency: Currency,
    /** Where the page sends the shopper after paying. */
    returnUrl: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2_048 })),
    /** What is paid for. */
    lines: Type.Optional(Type.Array(Line, { maxItems: LINES_MAX })),
    /** The order is held until then: RFC 3339 UTC. */
    payBy: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT', maxLength: 40 })),
  },
  closed,
);
export type NewPaymentBody = Static<typeof NewPaymentBody>;

export const RefundBody = Type.Object({ amount: Amount }, closed);
export type RefundBody = Static<typeof RefundBody>;
/** A payment is captured as a whole: an amount, when given, must equal the payment's. */
export const CaptureBody = Type.Object({ amount: Type.Optional(Amount) }, closed);
export type CaptureBody = Static<typeof CaptureBody>;

export const SandboxState = Type.Union([
  Type.Literal('open'),
  Type.Literal('authorized'),
  Type.Literal('captured'),
  Type.Literal('failed'),
  Type.Literal('voided'),
]);
export type SandboxState = Static<typeof SandboxState>;

export const PaymentAnswer = Type.Object({
  id: Name,
  payment: Name,
  order: Name,
  amount: SaidAmount,
  currency: Currency,
  state: SandboxState,
  /** The part of the amount that was refunded. */
  refunded: Type.Integer({ minimum: 0, maximum: AMOUNT_MAX }),
  /** Where the shopper pays. */
  url: Type.String({ pattern: '^https?://', maxLength: 1_000 }),
});
export type PaymentAnswer = Static<typeof PaymentAnswer>;

/** `state` is set, with amount and currency, when the state of the payment is the reason. */
export const SandboxRefusal = Type.Object({
  code: Type.String({ maxLength: 64 }),
  detail: Type.String({ maxLength: 1_000 }),
  state: Type.Optional(SandboxState),
  amount: Type.Optional(SaidAmount),
  currency: Type.Optional(Currency),
});
export type SandboxRefusal = Static<typeof SandboxRefusal>;

/** `payment.authorized`, `.captured`, `.failed`, `.voided`, `.refunded`, or a new type. */
export const SandboxEvent = Type.Object(
  {
    type: Type.String({ pattern: '^[a-z][a-z_.]{0,63}$' }),
    timestamp: Type.String({ maxLength: 64 }),
    data: Type.Object(
      /** `amount` is the payment's, or for a refund the amount refunded. */
      { id: Name, payment: Name, order: Name, amount: SaidAmount, currency: Currency },
      closed,
    ),
  },
  closed,
);
export type SandboxEvent = Static<typeof SandboxEvent>;

export type SandboxEventKind = 'authorized' | 'captured' | 'failed' | 'voided' | 'refunded';
