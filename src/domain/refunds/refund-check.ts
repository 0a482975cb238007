import type { StoreId } from '../ids.ts';
import type { OrderState } from '../order.ts';
import { orderMoves } from '../order-states.ts';
import type { RefundLine, RefundRequest } from './refund.ts';
import type { RefundableLine } from './refund-shares.ts';
import { NOT_FOUND } from '../refusals.ts';
import type { Refusal } from '../refusals.ts';
import { MAX_QUANTITY } from '../sale.ts';
import type { Fault } from '../sale.ts';

interface Asked extends Pick<RefundRequest, 'lines'> {
  /** The store of the merchant who asks; null: an operator asks. */
  readonly store: StoreId | null;
}

/** A merchant learns nothing about another store's line: the answer is that there is none. */
function lineFault(line: RefundableLine | undefined, store: StoreId | null): string | null {
  if (!line || (store !== null && line.store !== store)) return 'the order has no such line';
  return line.isGift ? 'is a gift, which goes back with the whole order' : null;
}

function faultsOf(lines: readonly RefundableLine[], { lines: asked, store }: Asked): Fault[] {
  const seen = new Set<number>();
  return asked.flatMap(({ line, quantity }, i) => {
    const isTwice = seen.size === seen.add(line).size;
    const detail = isTwice ? 'the line is listed twice' : lineFault(lines[line], store);
    if (detail !== null) return [{ pointer: `/lines/${i}/line`, detail }];
    if (Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY) return [];
    return [{ pointer: `/lines/${i}/quantity`, detail: `must be from 1 to ${MAX_QUANTITY}` }];
  });
}

/** Finds what is wrong with a request, in any state of the order. @returns null when nothing is */
export function refundFaults(lines: readonly RefundableLine[], asked: Asked): Refusal | null {
  const { store } = asked;
  if (store !== null && lines.every((line) => line.store !== store)) return NOT_FOUND;
  const errors = faultsOf(lines, asked);
  if (errors.length > 0) return { code: 'invalid', errors };
  if (asked.lines.length > 0) return null;
  return { code: 'invalid', errors: [{ pointer: '/lines', detail: 'must not be empty' }] };
}

const isRefundable = (state: OrderState): boolean =>
  orderMoves.refund.from.some((from) => from === state);

/** Finds why a sound request is too late or asks too much. @returns null when it does not */
export function refundConflict(
  { state, lines }: { readonly state: OrderState; readonly lines: readonly RefundableLine[] },
  asked: readonly RefundLine[],
): Refusal | null {
  const no = (detail: string): Refusal => ({ code: 'not_refundable', state, detail });
  if (!isRefundable(state)) return no(`an order that is ${state} cannot be refunded`);
  const left = ({ line }: RefundLine) => lines[line]!.quantity - lines[line]!.refunded;
  const over = asked.find((one) => one.quantity > left(one));
  return over ? no(`line ${over.line} has only ${left(over)} left to refund`) : null;
}
