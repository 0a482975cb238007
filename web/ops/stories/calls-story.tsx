import type { SaleGlance } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Relative } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk.ts';
import { needsOf } from '../desk/verdicts.ts';
import type { Need } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';

interface SaleNeed {
  readonly sale: SaleGlance;
  readonly need: Need;
}

const LINES = 8;

const columnsIn = (words: OpsWords, count: (value: number) => string): Column<SaleNeed>[] => [
  {
    key: 'what',
    title: words.calls.what,
    cell: ({ need }) => <Badge tone={need.tone}>{words.needs[need.word]}</Badge>,
  },
  {
    key: 'sale',
    title: words.calls.sale,
    cell: ({ sale: { sale, name } }) => <a href={`/ops/sales/${sale}`}>{name}</a>,
  },
  {
    key: 'count',
    title: words.calls.count,
    isNumber: true,
    cell: ({ need }) => count(need.count),
  },
  {
    key: 'since',
    title: words.calls.since,
    cell: ({ need: { sinceMs } }) => (sinceMs === null ? words.unknown : <Relative ms={sinceMs} />),
  },
  {
    key: 'todo',
    title: words.calls.todo,
    cell: ({ need: { word } }) =>
      word === 'dead_letters' ? (
        <a href="/ops/dead-letters">{words.todo[word]}</a>
      ) : (
        words.todo[word]
      ),
  },
];

/** Provider calls and all else that sales wait for, with what to do about it. */
export function CallsStory() {
  const words = useWords(opsWords);
  const formats = useFormats();
  const { clock } = usePage();
  const { sales } = useDesk();
  return (
    <section class="stack" aria-labelledby="calls">
      <h2 id="calls">{words.tabs.calls}</h2>
      <p class="muted">{words.calls.intro}</p>
      <LoadedView load={sales} skeleton={<Skeleton lines={LINES} />}>
        {({ items }) => {
          const rows = items.flatMap((sale) =>
            needsOf(sale, clock.now()).map((need) => ({ sale, need })),
          );
          if (rows.length === 0) {
            return <EmptyState title={words.calls.none} body={words.calls.noneBody} />;
          }
          return (
            <Table
              caption={words.tabs.calls}
              columns={columnsIn(words, formats.count)}
              rows={rows}
              keyOf={({ sale, need }) => `${sale.sale}/${need.word}`}
            />
          );
        }}
      </LoadedView>
    </section>
  );
}
