import type { HttpRefusal, ProblemCode } from './problem-catalogue.ts';

type Refused<Code extends ProblemCode> = Extract<HttpRefusal, { code: Code }>;

/** A sentence for developers about one refusal. Ids in it have no character that JSON escapes. */
type Words<Code extends ProblemCode> = (refusal: Refused<Code>) => string;

const units = (count: number): string => (count === 1 ? '1 unit' : `${count} units`);

function soldOut(refusal: Refused<'sold_out'>): string {
  const subject = 'offer' in refusal ? `Offer ${refusal.offer}` : `Promotion ${refusal.promotion}`;
  if (refusal.unitsLeft <= 0) return `${subject} is sold out. Freed units go back on sale.`;
  return `${subject} has only ${refusal.unitsLeft} left.`;
}

function limitReached({ limit, taken, of, ...rest }: Refused<'limit_reached'>): string {
  if (of === 'holds') {
    return `You have ${taken} unpaid orders, and ${limit} are allowed. Pay or cancel one first.`;
  }
  if (of === 'orders') return `You have ${taken} orders in this sale, and ${limit} are allowed.`;
  if (rest.offer !== undefined) {
    return `You have ${units(taken)} of offer ${rest.offer}, and may have ${limit}.`;
  }
  return `You have claimed this ${taken} times, and ${limit} are allowed.`;
}

/** A code without a row has the same words each time: those of the catalogue. */
const details: { readonly [Code in ProblemCode]?: Words<Code> } = {
  unsupported: ({ allow }) => `This path has no such method. Use one that it has: ${allow}.`,
  unknown_offer: ({ offer }) => `The sale has no offer ${offer}. Read the sale again.`,
  sold_out: soldOut,
  limit_reached: limitReached,
  sale_not_open: ({ opensAt }) =>
    opensAt === null
      ? 'The operator has not opened the sale yet.'
      : `It opens for you at ${opensAt}. Come back then.`,
  sale_paused: ({ offer }) =>
    `${offer === undefined ? 'The sale' : `Offer ${offer}`} is paused. Try again later.`,
  coupon_unavailable: ({ promotion }) =>
    `You hold no unused coupon of ${promotion}, or it is for other members.`,
  balance_short: ({ balance, available }) => `Your ${balance} balance has only ${available}.`,
  price_changed: ({ total }) =>
    `The cart costs ${total}. Show the new total to the shopper, then ask again with any key.`,
};

/** @returns what happened this time; undefined: what the catalogue says of the code */
export function detailOf(refusal: HttpRefusal): string | undefined {
  if ('detail' in refusal && refusal.detail !== undefined) return refusal.detail;
  const words = details[refusal.code] as ((refusal: HttpRefusal) => string) | undefined;
  return words?.(refusal);
}
