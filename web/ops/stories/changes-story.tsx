import { answerOf, listNewestChanges } from '../../../client/index.ts';
import type { PlacedChange } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { changeWords, deedText, nameIn } from '../../kit/words/change-words.ts';
import type { ChangeWords } from '../../kit/words/change-words.ts';
import { useDesk } from '../desk/desk.ts';
import { MoreButton } from '../show/more-button.tsx';
import { usePages } from '../show/pages.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';
import { changedFields } from './changed-fields.ts';
import type { ChangedField } from './changed-fields.ts';

const EVERY_MS = 10_000;
const LINES = 12;
/** A new thing has many; most are what everyone expects. */
const MAX_FIELDS = 5;

/** Writes money of a sale that the desk knows; null: of no sale, or one that was never opened. */
function useMoney(sale: string | null): ((minor: number) => string) | null {
  const now = useDesk().sales.now.value;
  const formats = useFormats();
  if (!('data' in now)) return null;
  const found = now.data.items.find((one) => one.sale === sale);
  return found ? (minor) => formats.money(minor, found.currency) : null;
}

function FieldList({ fields }: { readonly fields: readonly ChangedField[] }) {
  const { nothing } = useWords(opsWords);
  const names = useWords(changeWords);
  return (
    <ul class="fields small">
      {fields.map(({ name, before, after }) => (
        <li key={name}>
          <span class="muted">{nameIn(names.fields, name)}:</span> {before ?? nothing} →{' '}
          <strong>{after ?? nothing}</strong>
        </li>
      ))}
    </ul>
  );
}

function Fields({ change }: { readonly change: PlacedChange }) {
  const { more } = useWords(opsWords);
  const fields = changedFields(change.before, change.after, useMoney(change.sale));
  const rest = fields.slice(MAX_FIELDS);
  return (
    <div class="fields">
      <FieldList fields={fields.slice(0, MAX_FIELDS)} />
      {rest.length > 0 && (
        <details class="small">
          <summary>{`${more} (${rest.length})`}</summary>
          <FieldList fields={rest} />
        </details>
      )}
    </div>
  );
}

const columnsIn = (words: OpsWords, names: ChangeWords): Column<PlacedChange>[] => [
  { key: 'when', title: words.changes.when, cell: ({ at }) => <Time ms={msOf(at)} /> },
  {
    key: 'who',
    title: words.changes.who,
    cell: ({ sub, role, store }) => {
      const name = nameIn(names.roles, role);
      return (
        <span>
          <strong>{sub ?? name}</strong>{' '}
          <span class="muted small">{store === null ? name : `${name} · ${store}`}</span>
        </span>
      );
    },
  },
  {
    key: 'what',
    title: words.changes.what,
    cell: (change) => <span title={change.route}>{deedText(names, change)}</span>,
  },
  { key: 'sale', title: words.changes.sale, cell: ({ sale }) => sale ?? words.system },
  {
    key: 'fields',
    title: words.changes.fields,
    cell: (change) => <Fields change={change} />,
  },
  { key: 'why', title: words.changes.why, cell: ({ reason }) => reason ?? '–' },
];

/** Who changed what and why, in all sales, newest first. */
export function ChangesStory() {
  const words = useWords(opsWords);
  const names = useWords(changeWords);
  const { load, more } = usePages(
    ({ connection: { read } }, query, signal) =>
      answerOf(listNewestChanges({ client: read, query, signal })),
    [],
    EVERY_MS,
  );
  return (
    <section class="stack story-changes" aria-labelledby="changes">
      <h2 id="changes">{words.tabs.changes}</h2>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {({ items, next }) =>
          items.length === 0 ? (
            <EmptyState title={words.changes.none} body={words.changes.noneBody} />
          ) : (
            <div class="stack">
              <Table
                caption={words.tabs.changes}
                columns={columnsIn(words, names)}
                rows={items}
                keyOf={({ sale, number }) => `${sale}/${number}`}
              />
              <MoreButton next={next} onMore={more} />
            </div>
          )
        }
      </LoadedView>
    </section>
  );
}
