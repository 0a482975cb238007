import { useSignal } from '@preact/signals';
import { useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf, timestampOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { offersOf } from '../desk/whole-sale.ts';
import { SelectField } from '../typed/select-field.tsx';
import { TextField } from '../typed/text-field.tsx';
import { ChangeRow, useSubjectText } from './change-row.tsx';
import { touches } from './changed-fields.ts';
import { changesReader } from './read-changes.ts';
import type { Changes } from './read-changes.ts';
import { changesWords } from './words.ts';

const EVERY_MS = 10_000;
const LINES = 10;
const PAGE_ROWS = 50;

const FIELDS = [
  'price',
  'cap',
  'limitPerShopper',
  'opensAt',
  'closesAt',
  'paused',
  'effect',
] as const;

const timeOf = (text: string): string | null => {
  const ms = msOf(text);
  return Number.isNaN(ms) ? null : timestampOf(ms);
};

/** What the list is about; all of it stands in the address. */
function useFilters() {
  const { router } = usePage();
  return {
    subject: router.query('subject').value,
    field: router.query('field').value,
    from: router.query('from').value,
    until: router.query('until').value,
  };
}

function Filters() {
  const words = useWords(changesWords);
  const { router } = usePage();
  const { sale, shownStore } = useDesk();
  const filters = useFilters();
  const subjectText = useSubjectText();
  const known = [
    'sale',
    ...offersOf(sale, shownStore).map(({ id }) => `offer:${id}`),
    ...sale.promotions.map(({ id }) => `promotion:${id}`),
  ];
  const isOther = filters.subject !== '' && !known.includes(filters.subject);
  const subjects = isOther ? [...known, filters.subject] : known;
  return (
    <fieldset class="filters">
      <legend class="unseen">{words.filters}</legend>
      <SelectField
        label={words.subject}
        value={filters.subject}
        options={[
          { value: '', text: words.anySubject },
          ...subjects.map((value) => ({ value, text: subjectText(value) })),
        ]}
        onChoose={(subject) => router.setQuery({ subject })}
      />
      <SelectField
        label={words.field}
        value={filters.field}
        options={[
          { value: '', text: words.anyField },
          ...FIELDS.map((value) => ({ value: String(value), text: words.fields[value] })),
        ]}
        onChoose={(field) => router.setQuery({ field })}
      />
      <TextField
        label={words.from}
        value={filters.from}
        onType={(from) => router.setQuery({ from })}
        isTime
      />
      <TextField
        label={words.until}
        value={filters.until}
        onType={(until) => router.setQuery({ until })}
        isTime
      />
    </fieldset>
  );
}

interface RowsProps {
  readonly changes: Changes;
  readonly field: string;
}

function Rows({ changes, field }: RowsProps) {
  const words = useWords(changesWords);
  const shown = useSignal(PAGE_ROWS);
  const { items, isCut } = changes;
  if (items.length === 0) return <EmptyState title={words.none} body={words.noneBody} />;
  const found = items.filter((change) => touches(change, field)).toReversed();
  if (found.length === 0) return <EmptyState title={words.noMatch} body={words.noMatchBody} />;
  return (
    <>
      <p class="muted small" role="status">
        {words.found(found.length)}
      </p>
      {isCut && <p class="notice notice-warn">{words.cut}</p>}
      <div class="rows">
        {found.slice(0, shown.value).map((change) => (
          <ChangeRow key={change.number} change={change} />
        ))}
      </div>
      {found.length > shown.value && (
        <Button onPress={() => (shown.value += PAGE_ROWS)}>{words.more}</Button>
      )}
    </>
  );
}

/** Who changed what, newest first. */
export function ChangesView() {
  const words = useWords(changesWords);
  const { sale } = useDesk();
  const { subject, field, from, until } = useFilters();
  const asked = { sale: sale.id, subject, from: timeOf(from), until: timeOf(until) };
  const load = useLoad(changesReader(asked), [sale.id, subject, asked.from, asked.until], {
    everyMs: EVERY_MS,
  });
  return (
    <section class="stack" aria-label={words.changes}>
      <Filters />
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {(changes) => <Rows key={field} changes={changes} field={field} />}
      </LoadedView>
    </section>
  );
}
