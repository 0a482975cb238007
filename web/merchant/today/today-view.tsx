import { useFormats, useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { Choice } from '../../kit/parts/ask/choice.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { Part } from '../desk/part.tsx';
import { figuresOf, readFigures } from '../figures/all-figures.ts';
import type { Figures } from '../figures/all-figures.ts';
import { useLiveUnits } from '../figures/live-units.ts';
import { FigureTile } from './figure-tile.tsx';
import { MINUTE_MS, sellThroughOf, valuesOf } from './minutes.ts';
import type { Minutes } from './minutes.ts';
import { minutesReader } from './read-minutes.ts';
import { Refusals } from './refusals.tsx';
import { RunningOut } from './running-out.tsx';
import { useSamples } from './samples.ts';
import { SellThrough } from './sell-through.tsx';
import { lostDemand, totalsOf } from './totals.ts';
import { todayWords } from './words.ts';

const EVERY_MS = 5_000;
const CURVE_EVERY_MS = 15_000;
const PARTS = 60;
const TILES = 4;

const HOUR_MS = 60 * MINUTE_MS;
const SPANS = { hour: HOUR_MS, six: 6 * HOUR_MS, day: 24 * HOUR_MS } as const;
type Span = keyof typeof SPANS;
const isSpan = (word: string): word is Span => word in SPANS;

const NO_MINUTES: Minutes = { fromMs: 0, untilMs: MINUTE_MS, items: [] };

/** The stretch of time of all curves; it stands in the address. */
function useSpan(): Span {
  const word = usePage().router.query('span').value;
  return isSpan(word) ? word : 'hour';
}

function SpanChoice({ span }: { readonly span: Span }) {
  const words = useWords(todayWords);
  const { router } = usePage();
  const options = (['hour', 'six', 'day'] as const).map((value) => ({
    value,
    text: words.spans[value],
  }));
  const onChoose = (value: Span) => router.setQuery({ span: value === 'hour' ? '' : value });
  return <Choice label={words.span} value={span} options={options} onChoose={onChoose} />;
}

function useMinutes(span: Span): Minutes {
  const { sale, shownStore } = useDesk();
  const spanMs = SPANS[span];
  const read = minutesReader({ sale: sale.id, store: shownStore, offer: null, spanMs });
  const load = useLoad(read, [sale.id, shownStore, spanMs], { everyMs: CURVE_EVERY_MS });
  const now = load.now.value;
  return 'data' in now ? now.data : NO_MINUTES;
}

interface TilesProps {
  readonly figures: Figures;
  readonly span: Span;
}

function Tiles({ figures, span }: TilesProps) {
  const words = useWords(todayWords);
  const formats = useFormats();
  const { sale } = useDesk();
  const minutes = useMinutes(span);
  const { currency, asOf } = figures;
  const totals = totalsOf(figures.stores);
  const prices = new Map(sale.offers.map(({ id, price }) => [id, price]));
  const lost = lostDemand(figures.offers, (offer) => prices.get(offer) ?? 0);
  const lostLines = useSamples(lost.lines, asOf);
  const line = (name: string) => words.sparkline(name, words.spans[span]);
  const { revenue, refunds, unitsAMinute, sellThrough, sold, cap } = totals;
  return (
    <div class="figure-grid">
      <FigureTile
        title={words.revenue}
        below={refunds > 0 ? words.refunds(formats.money(refunds, currency)) : words.noRefunds}
        values={valuesOf(minutes, PARTS, (minute) => minute.revenue)}
        line={line(words.revenue)}
      >
        <Money minor={revenue} currency={currency} />
      </FigureTile>
      <FigureTile
        title={words.units}
        below={words.unitsBody}
        values={valuesOf(minutes, PARTS, (minute) => minute.units)}
        line={line(words.units)}
      >
        {formats.count(unitsAMinute)}
      </FigureTile>
      <FigureTile
        title={words.sellThrough}
        below={cap === 0 ? words.noCap : words.soldOf(formats.count(sold), formats.count(cap))}
        values={sellThroughOf(minutes, PARTS, totals)}
        line={line(words.sellThrough)}
      >
        {sellThrough === null ? '–' : formats.percent(sellThrough)}
      </FigureTile>
      <FigureTile
        title={words.refused}
        below={lost.lines === 0 ? words.nothingRefused : words.refusedLines(lost.lines)}
        values={lostLines}
        line={words.sinceOpened(words.refused)}
      >
        {lost.worth === 0 ? (
          <Money minor={0} currency={currency} />
        ) : (
          words.upTo(formats.money(lost.worth, currency))
        )}
      </FigureTile>
    </div>
  );
}

function TodaySkeleton() {
  return (
    <div class="figure-grid">
      {Array.from({ length: TILES }, (_, i) => (
        <div class="figure" key={i}>
          <Skeleton lines={5} />
        </div>
      ))}
    </div>
  );
}

/** How the store sells, now and over the last hours. */
export function TodayView() {
  const words = useWords(todayWords);
  const formats = useFormats();
  const { sale, shownStore } = useDesk();
  const span = useSpan();
  const load = useLoad(
    ({ connection: { read } }, signal) => readFigures(read, sale.id, signal),
    [sale.id],
    { everyMs: EVERY_MS },
  );
  const stream = useLiveUnits(sale.id, load);
  return (
    <LoadedView load={load} stream={stream} skeleton={<TodaySkeleton />}>
      {(all) => {
        const figures = figuresOf(all, shownStore);
        if (figures.offers.length === 0) {
          return <EmptyState title={words.none} body={words.noneBody} />;
        }
        return (
          <div class="sections">
            <section class="stack" aria-label={words.figures}>
              <div class="row">
                <SpanChoice span={span} />
                <span class="muted small">{words.asOf(formats.time(msOf(figures.asOf)))}</span>
              </div>
              <Tiles figures={figures} span={span} />
            </section>
            <Part id="soonest" title={words.soonest}>
              <RunningOut offers={figures.offers} />
            </Part>
            <Part id="curves" title={words.curves}>
              <p class="muted small">{words.curvesBody}</p>
              <SellThrough offers={figures.offers} spanMs={SPANS[span]} />
            </Part>
            <Part id="refused" title={words.why}>
              <Refusals offers={figures.offers} />
            </Part>
          </div>
        );
      }}
    </LoadedView>
  );
}
