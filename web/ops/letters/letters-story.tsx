import { answerOf, listDeadLetters } from '../../../client/index.ts';
import type { DeadLetter } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Choice } from '../../kit/parts/ask/choice.tsx';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { MoreButton } from '../show/more-button.tsx';
import { usePages } from '../show/pages.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';
import { LETTER_TONES } from './letter-tones.ts';

const EVERY_MS = 5_000;
const LINES = 8;
const STATES = ['buried', 'replayed', 'released', 'all'] as const;
type Shown = (typeof STATES)[number];

const shownOf = (query: string): Shown => STATES.find((state) => state === query) ?? 'buried';

const columnsIn = ({ letters: words }: OpsWords): Column<DeadLetter>[] => [
  {
    key: 'number',
    title: words.number,
    cell: ({ id }) => <a href={`/ops/dead-letters/${id}`}>{words.one(String(id))}</a>,
  },
  {
    key: 'kind',
    title: words.kind,
    cell: ({ kind, state }) => (
      <span>
        {words.kinds[kind]} <Badge tone={LETTER_TONES[state]}>{words.was[state]}</Badge>
      </span>
    ),
  },
  { key: 'sale', title: words.sale, cell: ({ sale, cell }) => `${sale} · ${cell}` },
  { key: 'why', title: words.why, cell: ({ reason }) => reason },
  { key: 'since', title: words.since, cell: ({ createdAt }) => <Time ms={msOf(createdAt)} /> },
];

/** Orders and claims that shoppers were told of, and that the ledger refuses. */
export function LettersStory() {
  const words = useWords(opsWords);
  const { router } = usePage();
  const state = shownOf(router.query('state').value);
  const { load, more } = usePages(
    ({ connection: { read } }, query, signal) =>
      answerOf(listDeadLetters({ client: read, query: { ...query, state }, signal })),
    [state],
    EVERY_MS,
  );
  return (
    <section class="stack" aria-labelledby="letters">
      <h2 id="letters">{words.tabs.letters}</h2>
      <p class="muted">{words.letters.intro}</p>
      <p>
        <Choice
          label={words.letters.state}
          value={state}
          options={STATES.map((value) => ({ value, text: words.letters.states[value] }))}
          onChoose={(value) => router.setQuery({ state: value === 'buried' ? '' : value })}
        />
      </p>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {({ items, next }) =>
          items.length === 0 ? (
            <EmptyState title={words.letters.none} body={words.letters.noneBody} />
          ) : (
            <div class="stack">
              <Table
                caption={words.tabs.letters}
                columns={columnsIn(words)}
                rows={items}
                keyOf={({ id }) => String(id)}
              />
              <MoreButton next={next} onMore={more} />
            </div>
          )
        }
      </LoadedView>
    </section>
  );
}
