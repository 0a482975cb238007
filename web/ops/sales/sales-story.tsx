import { answerOf, listSales } from '../../../client/index.ts';
import type { SaleGlance, SaleHead } from '../../../client/index.ts';
import { readParts } from '../../kit/api/read-parts.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import type { Page } from '../../kit/page/page.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import { useActing } from '../acts/acting.ts';
import { ALL, targetsOf } from '../acts/pausing.ts';
import { useDesk } from '../desk/desk.ts';
import { isAway } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';
import { SaleActs } from './sale-acts.tsx';
import { AuditWord, NeedWords, StateWord } from './sale-words.tsx';

const DRAFTS_EVERY_MS = 15_000;
const LINES = 8;
const PART = '100';
/** Far more sales than anyone prepares at once. */
const MAX_PARTS = 10;

function Window({ opensAt, closesAt }: Pick<SaleGlance, 'opensAt' | 'closesAt'>) {
  return (
    <span>
      <Time ms={msOf(opensAt)} /> – <Time ms={msOf(closesAt)} />
    </span>
  );
}

const columnsIn = ({ sales: words }: OpsWords): Column<SaleGlance>[] => [
  {
    key: 'name',
    title: words.name,
    cell: ({ sale, name }) => <a href={`/ops/sales/${sale}`}>{name}</a>,
  },
  { key: 'state', title: words.state, cell: ({ state }) => <StateWord state={state} /> },
  { key: 'window', title: words.window, cell: (sale) => <Window {...sale} /> },
  {
    key: 'cells',
    title: words.cells,
    cell: ({ cells }) => {
      const away = cells.filter(isAway).length;
      const text = words.cellsOpen(cells.length - away, cells.length);
      return <Badge tone={away > 0 ? 'bad' : 'good'}>{text}</Badge>;
    },
  },
  { key: 'audit', title: words.audit, cell: (sale) => <AuditWord sale={sale} /> },
  { key: 'waiting', title: words.waiting, cell: (sale) => <NeedWords sale={sale} /> },
  {
    key: 'action',
    title: words.action,
    cell: ({ sale, state }) => <SaleActs sale={sale} state={state} />,
  },
];

/** Opened sales are not among them: those are read every two seconds, with all they wait for. */
async function readDrafts(
  { connection: { read } }: Page,
  signal: AbortSignal,
): Promise<SaleHead[]> {
  const { items } = await readParts(
    (cursor) => answerOf(listSales({ client: read, query: { limit: PART, ...cursor }, signal })),
    MAX_PARTS,
  );
  return items.filter(({ state }) => state === 'draft');
}

function Drafts() {
  const { sales: words } = useWords(opsWords);
  const load = useLoad(readDrafts, [], { everyMs: DRAFTS_EVERY_MS });
  const columns: Column<SaleHead>[] = [
    { key: 'name', title: words.name, cell: ({ name, id }) => `${name} (${id})` },
    { key: 'state', title: words.state, cell: ({ state }) => <StateWord state={state} /> },
    { key: 'window', title: words.window, cell: (sale) => <Window {...sale} /> },
  ];
  return (
    <section class="stack" aria-labelledby="drafts">
      <h2 id="drafts">{words.drafts}</h2>
      <LoadedView load={load} skeleton={<Skeleton lines={2} />}>
        {(drafts) =>
          drafts.length === 0 ? (
            <EmptyState title={words.draftsNone} body={words.draftsBody} />
          ) : (
            <Table caption={words.drafts} columns={columns} rows={drafts} keyOf={({ id }) => id} />
          )
        }
      </LoadedView>
    </section>
  );
}

/** Stops all sales at once; it asks for a word before. A single one has its own button. */
function StopAll({ sales }: { readonly sales: readonly SaleGlance[] }) {
  const { actions } = useWords(opsWords);
  const acting = useActing();
  const { length } = targetsOf('pause', sales);
  if (length < 2) return null;
  return (
    <div>
      <Button onPress={() => (acting.value = { deed: 'pause', which: ALL })}>
        {actions.pauseOf(actions.allName)} ({length})
      </Button>
    </div>
  );
}

/** Every sale: those that were opened with all they wait for, and drafts by name. */
export function SalesStory() {
  const words = useWords(opsWords);
  const { sales } = useDesk();
  return (
    <div class="stack">
      <section class="stack" aria-labelledby="sales">
        <h2 id="sales">{words.tabs.sales}</h2>
        <LoadedView load={sales} skeleton={<Skeleton lines={LINES} />}>
          {({ items, next }) =>
            items.length === 0 ? (
              <EmptyState title={words.sales.none} body={words.sales.noneBody} />
            ) : (
              <div class="stack">
                <StopAll sales={items} />
                <Table
                  caption={words.tabs.sales}
                  columns={columnsIn(words)}
                  rows={items}
                  keyOf={({ sale }) => sale}
                />
                {next !== null && <p class="muted">{words.sales.first}</p>}
              </div>
            )
          }
        </LoadedView>
      </section>
      <Drafts />
    </div>
  );
}
