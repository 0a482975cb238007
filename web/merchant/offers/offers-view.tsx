import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useLoad, usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { offersOf } from '../desk/whole-sale.ts';
import type { OfferOfSale } from '../desk/whole-sale.ts';
import { readFigures } from '../figures/all-figures.ts';
import type { Figures } from '../figures/all-figures.ts';
import { useLiveUnits } from '../figures/live-units.ts';
import { OfferRow } from './offer-row.tsx';
import type { Opened } from './offer-row.tsx';
import { offersWords } from './words.ts';

const EVERY_MS = 5_000;
const PAGE_ROWS = 50;
const SKELETON_ROWS = 4;

const openedOf = (word: string): Opened => (word === 'cap' || word === 'terms' ? word : null);

/** Whether an offer is looked for. @param text a part of its title or id */
export const matches = ({ id, title }: Pick<OfferOfSale, 'id' | 'title'>, text: string): boolean =>
  `${title} ${id}`.toLowerCase().includes(text.trim().toLowerCase());

interface SearchProps {
  readonly found: number;
}

/** The search stands in the address, so a list of offers can be sent to others. */
function Search({ found }: SearchProps) {
  const words = useWords(offersWords);
  const { router } = usePage();
  const input = useRef<HTMLInputElement>(null);
  useShortcut({ key: '/', label: words.shortcut, run: () => input.current?.focus() });
  return (
    <div class="row">
      <label class="search">
        <span class="unseen">{words.search}</span>
        <input
          ref={input}
          type="search"
          placeholder={words.search}
          value={router.query('q').value}
          onInput={({ currentTarget }) => router.setQuery({ q: currentTarget.value, offer: '' })}
        />
      </label>
      <span class="muted small" role="status">
        {words.found(found)}
      </span>
    </div>
  );
}

interface RowsProps {
  readonly offers: readonly OfferOfSale[];
  readonly figures: Figures;
  readonly onSaved: () => void;
}

function Rows({ offers, figures, onSaved }: RowsProps) {
  const words = useWords(offersWords);
  const { router } = usePage();
  const shown = useSignal(PAGE_ROWS);
  const [edited, opened] = [router.query('edit').value, openedOf(router.query('open').value)];
  const byId = new Map(figures.offers.map((one) => [one.offer, one]));
  const rows = offers.flatMap((offer) => {
    const own = byId.get(offer.id);
    return own ? [{ offer, own }] : [];
  });
  return (
    <>
      <div class="rows">
        {rows.slice(0, shown.value).map(({ offer, own }) => (
          <OfferRow
            key={offer.id}
            offer={offer}
            figures={own}
            opened={edited === offer.id ? opened : null}
            onOpen={(open) => {
              router.setQuery({ edit: open === null ? '' : offer.id, open: open ?? '' });
            }}
            onSaved={onSaved}
          />
        ))}
      </div>
      {rows.length > shown.value && (
        <Button onPress={() => (shown.value += PAGE_ROWS)}>{words.more}</Button>
      )}
    </>
  );
}

function RowsSkeleton() {
  return (
    <div class="rows">
      {Array.from({ length: SKELETON_ROWS }, (_, i) => (
        <div class="offer-row" key={i}>
          <Skeleton lines={5} />
        </div>
      ))}
    </div>
  );
}

/** All offers of the store: how they sell, and what to change while they do. */
export function OffersView() {
  const words = useWords(offersWords);
  const { router } = usePage();
  const { sale, shownStore } = useDesk();
  const load = useLoad(
    ({ connection: { read } }, signal) => readFigures(read, sale.id, signal),
    [sale.id],
    { everyMs: EVERY_MS },
  );
  const stream = useLiveUnits(sale.id, load);
  const [text, one] = [router.query('q').value, router.query('offer').value];
  const all = offersOf(sale, shownStore);
  const found = all.filter((offer) => (one === '' ? matches(offer, text) : offer.id === one));
  if (all.length === 0) return <EmptyState title={words.none} body={words.noneBody} />;
  return (
    <section class="stack" aria-label={words.offers}>
      <Search found={found.length} />
      {found.length === 0 ? (
        <EmptyState title={words.notFound} body={words.notFoundBody} />
      ) : (
        <LoadedView load={load} stream={stream} skeleton={<RowsSkeleton />}>
          {(figures) => <Rows offers={found} figures={figures} onSaved={load.again} />}
        </LoadedView>
      )}
    </section>
  );
}
