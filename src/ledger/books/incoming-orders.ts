import type { Entry, EntryClaim, EntryOrder } from '../../domain/outbox-entry.ts';
import { orderId } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { plainReceipt } from '../../domain/order.ts';
import type { OrderLine, Receipt } from '../../domain/order.ts';

/** The position of an order or claim in the outbox, and the time it was written. */
interface Placement {
  /** `<sale>_<cell>_<serial>`, for an order and for a claim. */
  readonly id: string;
  readonly seq: number;
  readonly tag: string;
  /** From 0, in its entry. Claims come after orders. */
  readonly position: number;
  readonly atMs: number;
}

/** An order on its way from an entry to the ledger. */
export interface IncomingOrder extends EntryOrder, Placement {
  readonly kind: 'order';
  readonly rulesVersion: number;
  readonly payByMs: number;
}

/** A claim on its way from an entry to the ledger. */
export interface IncomingClaim extends EntryClaim, Placement {
  readonly kind: 'claim';
}

/** A dead letter keeps this as its body, so later releases must be able to read the shape. */
export type Incoming = IncomingOrder | IncomingClaim;

export function incomingOrders(cell: CellId, entry: Entry): IncomingOrder[] {
  const { seq, tag, rulesVersion, atMs, payByMs } = entry;
  return entry.orders.map((order, position) => ({
    kind: 'order',
    ...order,
    id: orderId(cell, order.serial),
    seq,
    tag,
    position,
    rulesVersion,
    atMs,
    payByMs,
  }));
}

function incomingClaims(cell: CellId, { seq, tag, atMs, orders, claims }: Entry): IncomingClaim[] {
  return claims.map((claim, i) => ({
    kind: 'claim',
    ...claim,
    id: orderId(cell, claim.serial),
    seq,
    tag,
    position: orders.length + i,
    atMs,
  }));
}

/** Every order and claim of an entry, in the order they were written. */
export const incomingOf = (cell: CellId, entry: Entry): Incoming[] => [
  ...incomingOrders(cell, entry),
  ...incomingClaims(cell, entry),
];

/** An order as the previous release buries it: without a kind, its lines plain, nothing applied. */
interface PlainOrder extends Omit<IncomingOrder, 'kind' | keyof Receipt> {
  readonly kind?: never;
  readonly lines: readonly Omit<OrderLine, 'netMinor' | 'isGift'>[];
}

/** A dead letter's body as this release or the previous one wrote it. */
export type IncomingBody = Incoming | PlainOrder;

/** Reads both: the previous release may still bury orders after this release has migrated. */
export const readIncoming = (body: IncomingBody): Incoming =>
  body.kind === undefined ? { ...body, kind: 'order', ...plainReceipt(body.lines) } : body;

export const ordersOf = (incoming: readonly Incoming[]): IncomingOrder[] =>
  incoming.filter((one) => one.kind === 'order');

export const claimsOf = (incoming: readonly Incoming[]): IncomingClaim[] =>
  incoming.filter((one) => one.kind === 'claim');
