import type { OrderView } from '../../../src/domain/order.ts';
import { check } from '../../checker/compare-books.ts';
import type { LedgerOrder } from '../../checker/compare-books.ts';
import type { ChaosEvidence, Shown } from './evidence.ts';
import type { OrderRow, Snapshot } from './snapshot.ts';

const ENDED_UNPAID: readonly string[] = ['expired', 'cancelled'];

export const isLive = ({ state }: Pick<OrderRow, 'state'>): boolean =>
  !ENDED_UNPAID.includes(state);

const lineRows = ({ orders }: Snapshot): LedgerOrder[] =>
  orders.flatMap((order): LedgerOrder[] => {
    const { id, shopper, key } = order;
    const about = { id, shopper, key, isLive: isLive(order) };
    if (order.lines.length === 0) return [{ ...about, offer: null, quantity: 0 }];
    return order.lines.map(({ offer, quantity, isGift, restocked }) => {
      return { ...about, offer, quantity, isGift, restocked };
    });
  });

/** The orders that an answer showed and the ledger does not have under their shopper. */
export function lostOrders({ seen }: ChaosEvidence, { orders }: Snapshot): Shown<OrderView>[] {
  const shoppers = new Map(orders.map(({ id, shopper }) => [id, shopper]));
  return [...seen.values()].filter(({ shopper, view }) => shoppers.get(view.id) !== shopper);
}

/**
 * Orders beyond a cap, orders that nobody asked for, and keys with two orders.
 * @param lost ids: a key whose order was lost may have a second one
 */
export function bookFaults(
  evidence: ChaosEvidence,
  snapshot: Snapshot,
  lost: ReadonlySet<string>,
): string[] {
  const { asked, soldOut } = evidence;
  const caps = new Map(snapshot.offers.map(({ id, cap }) => [id, cap]));
  const kept = [...evidence.acknowledged].map(([name, ids]) => {
    return [name, new Set([...ids].filter((id) => !lost.has(id)))] as const;
  });
  const acknowledged = new Map(kept);
  const verdict = check(
    { asked, soldOut, acknowledged },
    { orders: lineRows(snapshot), caps },
    false,
  );
  const { oversold, unrequested, duplicate, examples } = verdict;
  return [
    ...(oversold > 0 ? [`caps: ${oversold} units beyond a cap`] : []),
    ...(unrequested + duplicate > 0 ? examples.map((example) => `keys: ${example}`) : []),
  ];
}

/** The part of an answer that every repetition of the request must repeat. */
function receiptOf(view: OrderView): string {
  const { id, sale, total, lines, applied, outOfGifts, points, payBy, rulesVersion } = view;
  return JSON.stringify({
    id,
    sale,
    total,
    lines: lines.map(({ refunded: _, ...line }) => line),
    applied,
    outOfGifts,
    points,
    payBy,
    rulesVersion,
  });
}

/** Answers to one key that differ. A lost order may be followed by another. */
export function replayFaults({ placed }: ChaosEvidence, lost: ReadonlySet<string>): string[] {
  return [...placed.values()].flatMap((answers) => {
    const [first, ...rest] = answers.filter(({ view }) => !lost.has(view.id));
    if (!first) return [];
    const receipt = receiptOf(first.view);
    return rest
      .filter(({ view }) => receiptOf(view) !== receipt)
      .map(({ at, view }) => `replays: ${view.id} of ${at} differs from ${first.at}`);
  });
}

/** Differences between what an answer showed of an order and its row. */
function differences({ at, view }: Shown<OrderView>, row: OrderRow): string[] {
  const shown = view.lines.map(({ offer, quantity, price, net, gift = false }) =>
    JSON.stringify({ offer, quantity, price, net, isGift: gift }),
  );
  const held = row.lines.map(({ offer, quantity, price, net, isGift }) =>
    JSON.stringify({ offer, quantity, price, net, isGift }),
  );
  return [
    ...(view.total === row.total
      ? []
      : [`${at}: ${view.id} costs ${row.total}, not ${view.total}`]),
    ...(shown.join() === held.join() ? [] : [`${at}: ${view.id} has other lines in the ledger`]),
  ];
}

/** Payments, cancellations and refunds that an answer confirmed and the ledger does not have. */
function confirmedFaults(evidence: ChaosEvidence, snapshot: Snapshot): string[] {
  const states = new Map(snapshot.orders.map(({ id, state }) => [id, state]));
  const payments = new Set(snapshot.payments.map(({ id }) => id));
  const refunds = new Map(snapshot.refunds.map(({ id, cash }) => [id, cash]));
  return [
    ...evidence.payments
      .filter(({ view }) => !payments.has(view.id))
      .map(({ at, view }) => `${at}: payment ${view.id} is not in the ledger`),
    ...evidence.cancelled
      .filter(({ view }) => states.get(view.id) !== 'cancelled')
      .map(({ at, view }) => `${at}: cancelled, but ${view.id} is ${states.get(view.id)}`),
    ...evidence.refunds
      .filter(({ view }) => refunds.get(view.id) !== view.cash)
      .map(({ at, view }) => `${at}: refund ${view.id} of ${view.cash} is not in the ledger`),
  ];
}

/** Everything that answers showed must be in the ledger as they showed it. */
export function shownFaults(evidence: ChaosEvidence, snapshot: Snapshot): string[] {
  const rows = new Map(snapshot.orders.map((row) => [row.id, row]));
  const orders = [...evidence.seen.values()].flatMap((shown) => {
    const row = rows.get(shown.view.id);
    return row ? differences(shown, row) : [];
  });
  return [...orders, ...confirmedFaults(evidence, snapshot)].map((fault) => `answers: ${fault}`);
}
