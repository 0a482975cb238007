import type { ReceiptView } from '../../../src/domain/order.ts';
import type { Offer } from '../../../src/domain/sale.ts';
import { readVectors } from '../../vectors/adapter.ts';
import type { VectorApplied, VectorCase, VectorInput } from '../../vectors/adapter.ts';
import { offer } from '../../../proof/builders/offers.ts';

/** The units of each offer, enough for every example. */
const CAP = 2_000;

/** The offers of a sale for an example’s cart: its offers, each once, and its gifts. */
export function offersOf({ lines, promotions }: VectorInput): Offer[] {
  const bought = new Map(lines.map((line) => [line.offer, line]));
  const gifts = promotions.flatMap(({ effect }) => effect['offer'] ?? []) as string[];
  return [
    ...[...bought.values()].map((line) =>
      offer(line.offer, {
        ...{ store: line.store as never, priceMinor: line.price, lane: line.lane ?? 'cart' },
        ...{ listPriceMinor: line.listPrice ?? line.price, cap: CAP },
        ...{ categories: line.categories ?? [], excludes: line.excludes ?? [] },
      }),
    ),
    ...gifts.filter((id) => !bought.has(id)).map((id) => offer(id)),
  ];
}

interface Price {
  readonly total: number;
  readonly nets: readonly number[];
  readonly applied: readonly VectorApplied[];
}

/** The price that an example states. */
export const said = ({ expect: { total, nets, applied } }: VectorCase): Price => ({
  ...{ total, nets, applied },
});

/** The same parts of a sale’s answer, without funders and gift lines. */
export const answered = ({ total, lines, applied }: ReceiptView): Price => ({
  total,
  nets: lines.filter((line) => !line.gift).map(({ net }) => net),
  applied: applied.map(({ funder: _, ...one }) => ({
    ...one,
    shares: one.shares.filter((_share, i) => !lines[i]!.gift),
  })),
});

/** The fields that a quote and its order have in common. */
export const receiptOf = ({ total, lines, applied, outOfGifts, points }: ReceiptView) =>
  ({ total, lines, applied, outOfGifts, points }) satisfies ReceiptView;

/** @param start the start of the case’s name in the published file */
export const caseNamed = (start: string): VectorCase =>
  readVectors('stacking.json').cases.find(({ name }) => name.startsWith(start))!;
