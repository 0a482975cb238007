import { isLive } from './compare-orders.ts';
import type { AllotmentRow, OfferRow, OrderRow, Snapshot } from './snapshot.ts';

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

/** Units of an offer in these orders. */
const unitsIn = (orders: readonly OrderRow[], offer: string): number =>
  sum(
    orders.flatMap(({ lines }) =>
      lines.filter((line) => line.offer === offer).map((line) => line.quantity - line.restocked),
    ),
  );

function offerFaults({ id, cap, debt, assigned }: OfferRow, all: Snapshot): string[] {
  const cells = all.allotments.filter(({ offer }) => offer === id);
  const [allotted, held, sold] = (['allotted', 'held', 'sold'] as const).map((name) =>
    sum(cells.map((cell) => cell[name])),
  ) as [number, number, number];
  const reserved = all.orders.filter(({ state }) => state === 'reserved');
  const paid = all.orders.filter((order) => isLive(order) && order.state !== 'reserved');
  const pairs: readonly (readonly [what: string, one: number, other: number])[] = [
    ['assigned units against allotted ones', assigned, allotted],
    ['held units against unpaid orders', held, unitsIn(reserved, id)],
    ['sold units against paid orders', sold, unitsIn(paid, id)],
  ];
  return [
    ...pairs
      .filter(([, one, other]) => one !== other)
      .map(([what, one, other]) => `units: ${id}: ${what}: ${one} ≠ ${other}`),
    ...(held + sold > cap ? [`caps: ${id}: ${held} held and ${sold} sold of ${cap}`] : []),
    ...(assigned > cap + debt ? [`units: ${id}: ${assigned} assigned of ${cap}`] : []),
  ];
}

const cellFaults = ({ cell, offer, allotted, held, sold }: AllotmentRow): string[] =>
  held + sold > allotted ? [`caps: cell ${cell}: ${offer}: ${held} + ${sold} > ${allotted}`] : [];

interface Span {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly amount: number;
}

/** The first order that came when more than `most` were taken; null: there is none. */
function firstAbove(spans: readonly Span[], most: number): Span | null {
  const above = spans
    .toSorted((one, other) => one.fromMs - other.fromMs)
    .find(({ fromMs }) => {
      const taken = spans.filter((span) => span.fromMs <= fromMs && span.toMs > fromMs);
      return sum(taken.map(({ amount }) => amount)) > most;
    });
  return above ?? null;
}

/** The units of an offer that a shopper's orders took, for as long as they took them. */
function spansOf(orders: readonly OrderRow[], offer: string): Span[] {
  return orders.flatMap((order) => {
    const amount = sum(
      order.lines
        .filter((line) => line.offer === offer && !line.isGift)
        .map(({ quantity }) => quantity),
    );
    if (amount === 0) return [];
    const toMs = isLive(order) ? Infinity : (order.heldUntilMs ?? Infinity);
    return [{ id: order.id, fromMs: order.placedAtMs, toMs, amount }];
  });
}

/**
 * Shoppers above a limit at any time.
 * @param mostHolds unpaid orders of a shopper at once
 */
export function limitFaults({ orders, offers }: Snapshot, mostHolds: number): string[] {
  const faults: string[] = [];
  for (const [shopper, own] of Map.groupBy(orders, (order) => order.shopper)) {
    for (const { id, most } of offers) {
      const above = most === null ? null : firstAbove(spansOf(own, id), most);
      if (above) faults.push(`limits: ${shopper}: ${above.id} is beyond ${most} of ${id}`);
    }
    const holds = own.map(({ id, placedAtMs: fromMs, heldUntilMs }) => {
      return { id, fromMs, toMs: heldUntilMs ?? Infinity, amount: 1 };
    });
    const above = firstAbove(holds, mostHolds);
    if (above) faults.push(`limits: ${shopper}: ${above.id} is beyond ${mostHolds} unpaid orders`);
  }
  return faults;
}

/** Units beyond a cap or in no place, and orders that were buried. */
export const unitFaults = (snapshot: Snapshot): string[] => [
  ...snapshot.offers.flatMap((offer) => offerFaults(offer, snapshot)),
  ...snapshot.allotments.flatMap(cellFaults),
  ...snapshot.buried.map(({ id, reason }) => `buried: ${id}: ${reason}`),
];
