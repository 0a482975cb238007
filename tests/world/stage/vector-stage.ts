import type { ReceiptView } from '../../../src/domain/order.ts';
import type { Offer } from '../../../src/domain/sale.ts';
import { readVectors } from '../../vectors/adapter.ts';
import type { VectorApplied, VectorCase, VectorInput } from '../../vectors/adapter.ts';
import { offer } from '../../../proof/builders/offers.ts';

/** Units of each, enough for every example. */
const CAP = 2_000;

/** What a sale must offer for an example's cart: its offers, each once, and its gifts. */
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

/** What an example says of a price. */
export const said = ({ expect: { total, nets, applied } }: VectorCase): Price => ({
  ...{ total, nets, applied },
});

/** The same of what a sale answers: without funders and lines of gifts. */
export const answered = ({ total, lines, applied }: ReceiptView): Price => ({
  total,
  nets: lines.filter((line) => !line.gift).map(({ net }) => net),
  applied: applied.map(({ funder: _, ...one }) => ({
    ...one,
    shares: one.shares.filter((_share, i) => !lines[i]!.gift),
  })),
});

/** What a quote and its order have in common. */
export const receiptOf = ({ total, lines, applied, outOfGifts, points }: ReceiptView) =>
  ({ total, lines, applied, outOfGifts, points }) satisfies ReceiptView;

/** @param start of its name in the published file */
export const caseNamed = (start: string): VectorCase =>
  readVectors('stacking.json').cases.find(({ name }) => name.startsWith(start))!;
