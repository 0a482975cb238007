import type { OfferFigures } from '../../../client/index.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { CurveChart, LINES_MOST } from './curve-chart.tsx';
import type { Curve } from './curves.ts';
import { sellThroughOf } from './minutes.ts';
import type { Minutes } from './minutes.ts';
import { minutesReader } from './read-minutes.ts';
import { todayWords } from './words.ts';

interface SellThroughProps {
  readonly offers: readonly OfferFigures[];
  readonly spanMs: number;
}

const EVERY_MS = 30_000;
const PARTS = 120;

/** The offers that sold most: each curve costs a read of its own. */
function chosen(offers: readonly OfferFigures[]): readonly OfferFigures[] {
  const sold = offers.filter((one) => one.sold > 0);
  return sold.toSorted((one, other) => other.sold - one.sold).slice(0, LINES_MOST);
}

/** Reads the curves of some offers at once. @param ids separated by spaces */
function curvesReader(sale: string, ids: string, spanMs: number) {
  const readers = ids
    .split(' ')
    .filter(Boolean)
    .map((offer) => {
      return [offer, minutesReader({ sale, store: null, offer, spanMs })] as const;
    });
  return async (...given: Parameters<ReturnType<typeof minutesReader>>) => {
    const all = readers.map(async ([offer, read]) => [offer, await read(...given)] as const);
    return new Map<string, Minutes>(await Promise.all(all));
  };
}

const curveOf = (figures: OfferFigures, minutes: Minutes): Curve => ({
  id: figures.offer,
  title: figures.title,
  values: sellThroughOf(minutes, PARTS, figures),
});

/** How much of each cap was sold, over time. */
export function SellThrough({ offers, spanMs }: SellThroughProps) {
  const words = useWords(todayWords);
  const { sale } = useDesk();
  const shown = chosen(offers);
  const ids = shown
    .map(({ offer }) => offer)
    .toSorted()
    .join(' ');
  const load = useLoad(curvesReader(sale.id, ids, spanMs), [sale.id, ids, spanMs], {
    everyMs: EVERY_MS,
  });
  if (shown.length === 0) return <p class="muted">{words.noCurves}</p>;
  return (
    <LoadedView load={load} skeleton={<Skeleton like="chart-frame" />}>
      {(curves) => {
        const drawn = shown.flatMap((figures) => {
          const minutes = curves.get(figures.offer);
          return minutes ? [{ minutes, curve: curveOf(figures, minutes) }] : [];
        });
        const [first] = drawn;
        return first ? (
          <CurveChart
            label={words.curves}
            curves={drawn.map(({ curve }) => curve)}
            fromMs={first.minutes.fromMs}
            untilMs={first.minutes.untilMs}
          />
        ) : (
          <p class="muted">{words.noCurves}</p>
        );
      }}
    </LoadedView>
  );
}
