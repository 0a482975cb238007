import { answerOf, listSecurityEvents } from '../../../client/index.ts';
import type { SecurityNote } from '../../../client/index.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';

const EVERY_MS = 5_000;
const LINES = 10;

const columnsIn = ({ security: words }: OpsWords): Column<SecurityNote>[] => [
  { key: 'when', title: words.when, cell: ({ at }) => <Time ms={msOf(at)} /> },
  {
    key: 'event',
    title: words.event,
    cell: ({ event, leftOut }) => (
      <span>
        {words.events[event]}{' '}
        {leftOut > 0 && <span class="muted small">{words.leftOut(leftOut)}</span>}
      </span>
    ),
  },
  { key: 'route', title: words.route, cell: ({ route }) => route },
  { key: 'person', title: words.person, cell: ({ person }) => person ?? '–' },
  { key: 'address', title: words.address, cell: ({ address }) => address },
  { key: 'process', title: words.process, cell: ({ process }) => process },
];

/** Requests that the door turned away, under pseudonyms. */
export function SecurityStory() {
  const words = useWords(opsWords);
  const load = useLoad(
    ({ connection: { read } }, signal) => answerOf(listSecurityEvents({ client: read, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  return (
    <section class="stack" aria-labelledby="security">
      <h2 id="security">{words.tabs.security}</h2>
      <p class="muted">{words.security.intro}</p>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={words.security.none} body={words.security.noneBody} />
          ) : (
            <Table
              caption={words.tabs.security}
              columns={columnsIn(words)}
              rows={items}
              keyOf={({ requestId, at }) => `${requestId} ${at}`}
            />
          )
        }
      </LoadedView>
    </section>
  );
}
