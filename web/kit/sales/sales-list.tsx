import { answerOf, listSales } from '../../../client/index.ts';
import type { ListSalesResponse } from '../../../client/index.ts';
import { useLoad, useWords } from '../page/hooks.ts';
import { SaleStateWord } from '../parts/show/badge.tsx';
import { Table } from '../parts/show/table.tsx';
import type { Column } from '../parts/show/table.tsx';
import { Time } from '../parts/show/time.tsx';
import { EmptyState } from '../parts/tell/empty-state.tsx';
import { LoadedView } from '../parts/tell/loaded-view.tsx';
import { Skeleton } from '../parts/tell/skeleton.tsx';
import { msOf } from '../time/timestamps.ts';
import { salesWords } from './sales-words.ts';

type SaleHead = ListSalesResponse['items'][number];

const EVERY_MS = 10_000;
const LINES = 8;

interface SalesListProps {
  /** Where the name of a sale leads; default: to its shop. */
  readonly hrefOf?: (sale: string) => string;
}

function columnsIn(
  words: (typeof salesWords)['en'],
  hrefOf: (sale: string) => string,
): Column<SaleHead>[] {
  return [
    { key: 'name', title: words.name, cell: ({ id, name }) => <a href={hrefOf(id)}>{name}</a> },
    { key: 'state', title: words.state, cell: ({ state }) => <SaleStateWord state={state} /> },
    {
      key: 'opens',
      title: words.opens,
      cell: ({ opensAt }) => <Time ms={msOf(opensAt)} />,
    },
    {
      key: 'closes',
      title: words.closes,
      cell: ({ closesAt }) => <Time ms={msOf(closesAt)} />,
    },
  ];
}

/** The sales that the visitor may see. */
export function SalesList({ hrefOf = (sale) => `/s/${sale}` }: SalesListProps) {
  const words = useWords(salesWords);
  const load = useLoad(
    ({ connection: { read } }, signal) => answerOf(listSales({ client: read, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  return (
    <section class="stack" aria-labelledby="sales">
      <h2 id="sales">{words.sales}</h2>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={words.none} body={words.noneBody} />
          ) : (
            <Table
              caption={words.sales}
              columns={columnsIn(words, hrefOf)}
              rows={items}
              keyOf={({ id }) => id}
            />
          )
        }
      </LoadedView>
    </section>
  );
}
