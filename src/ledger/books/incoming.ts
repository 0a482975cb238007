import type { Entry, EntryClaim, EntryOrder } from '../../domain/outbox-entry.ts';
import { orderId } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { plainReceipt } from '../../domain/order.ts';
import type { OrderLine, Receipt } from '../../domain/order.ts';

/** Where in the outbox it stands, and when it was written. */
interface Placement {
  /** `<sale>_<cell>_<serial>`, of orders and claims alike. */
  readonly id: string;
  readonly seq: number;
  readonly tag: string;
  /** Its place in the entry, from 0. */
  readonly position: number;
  readonly atMs: number;
}

/** An order on its way from an entry to the ledger. */
export interface IncomingOrder extends EntryOrder, Placement {
  readonly kind: 'order';
  readonly rulesVersion: number;
  readonly payByMs: number;
}

/** A claim on the same way. */
export interface IncomingClaim extends EntryClaim, Placement {
  readonly kind: 'claim';
}

/** What dead letters keep as their body: a shape that later releases must be able to read. */
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

export const incomingOf = (cell: CellId, entry: Entry): Incoming[] => [
  ...incomingOrders(cell, entry),
  ...incomingClaims(cell, entry),
];

/** A buried order of the release before, which knew no other: plain lines, nothing applied. */
interface PlainOrder extends Omit<IncomingOrder, 'kind' | keyof Receipt> {
  readonly kind?: never;
  readonly lines: readonly Omit<OrderLine, 'netMinor' | 'isGift'>[];
}

/** A dead letter's body as this release or the one before wrote it. */
export type IncomingBody = Incoming | PlainOrder;

/** A process of the release before may still bury, also when this one's migrations are through. */
export const readIncoming = (body: IncomingBody): Incoming =>
  body.kind === undefined ? { ...body, kind: 'order', ...plainReceipt(body.lines) } : body;

export const ordersOf = (incoming: readonly Incoming[]): IncomingOrder[] =>
  incoming.filter((one) => one.kind === 'order');

export const claimsOf = (incoming: readonly Incoming[]): IncomingClaim[] =>
  incoming.filter((one) => one.kind === 'claim');
