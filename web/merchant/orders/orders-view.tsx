import { useSignal } from '@preact/signals';
import type { SellerOrder } from '../../../client/index.ts';
import { problemOf } from '../../kit/api/problem.ts';
import type { Problem } from '../../kit/api/problem.ts';
import { useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { ErrorState } from '../../kit/parts/tell/error-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { orderPath } from '../desk/paths.ts';
import { filtersIn, isFiltered, queryOf } from './filters.ts';
import { OrderExport } from './order-export.tsx';
import { OrderFilters, OrderSearch } from './order-search.tsx';
import { OrderStateWord } from './order-state.tsx';
import { readOrders } from './read-orders.ts';
import type { OrdersPage } from './read-orders.ts';
import { ordersWords } from './words.ts';

const EVERY_MS = 15_000;
const LINES = 10;
/** The random end of an id tells orders apart; the whole stands in the title. */
const TAIL = 8;

type Words = (typeof ordersWords)['en'];

function columnsIn(words: Words, sale: string): Column<SellerOrder>[] {
  return [
    {
      key: 'placed',
      title: words.placed,
      cell: ({ createdAt }) => <Time ms={msOf(createdAt)} />,
    },
    {
      key: 'order',
      title: words.order,
      cell: ({ id }) => (
        <a href={orderPath(sale, id)} title={id}>
          …{id.slice(-TAIL)}
        </a>
      ),
    },
    { key: 'shopper', title: words.shopper, cell: ({ shopper }) => shopper },
    {
      key: 'lines',
      title: words.lines,
      cell: ({ lines }) => (
        <ul>
          {lines.map(({ line, quantity, title }) => (
            <li key={line}>
              {quantity} × {title}
            </li>
          ))}
        </ul>
      ),
    },
    { key: 'state', title: words.state, cell: ({ state }) => <OrderStateWord state={state} /> },
    {
      key: 'total',
      title: words.total,
      isNumber: true,
      cell: ({ total, currency }) => <Money minor={total} currency={currency} />,
    },
  ];
}

type More = 'idle' | 'reading' | Problem;

interface ListProps {
  readonly first: OrdersPage;
  readonly readMore: (cursor: string) => Promise<OrdersPage>;
}

/** The newest orders, which are read again and again, and the older ones that were asked for. */
function OrderList({ first, readMore }: ListProps) {
  const words = useWords(ordersWords);
  const { sale } = useDesk();
  const older = useSignal<OrdersPage | null>(null);
  const more = useSignal<More>('idle');
  const known = new Set(first.items.map(({ id }) => id));
  const items = [...first.items, ...(older.value?.items.filter(({ id }) => !known.has(id)) ?? [])];
  const next = older.value === null ? first.next : older.value.next;
  const read = (cursor: string) => {
    more.value = 'reading';
    readMore(cursor).then(
      (page) => {
        const before = older.peek()?.items ?? first.items;
        older.value = { items: [...before, ...page.items], next: page.next };
        more.value = 'idle';
      },
      (error: unknown) => (more.value = problemOf(error)),
    );
  };
  const state = more.value;
  return (
    <>
      <Table
        caption={words.orders}
        columns={columnsIn(words, sale.id)}
        rows={items}
        keyOf={({ id }) => id}
      />
      {typeof state === 'object' && <ErrorState problem={state} />}
      {next !== null && (
        <Button isOff={state === 'reading'} onPress={() => read(next)}>
          {words.more}
        </Button>
      )}
    </>
  );
}

/** The orders of the store, newest first. */
export function OrdersView() {
  const words = useWords(ordersWords);
  const { router, connection } = usePage();
  const { sale, shownStore } = useDesk();
  const filters = filtersIn(router);
  const query = queryOf(filters, shownStore);
  const asked = JSON.stringify(query);
  const load = useLoad(
    ({ connection: { read } }, signal) => readOrders(read, sale.id, query, null, signal),
    [sale.id, asked],
    { everyMs: EVERY_MS },
  );
  return (
    <div class="sections">
      <section class="stack" aria-label={words.orders}>
        <OrderSearch key={filters.shopper} shopper={filters.shopper} />
        <OrderFilters filters={filters} />
        <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
          {(page) =>
            page.items.length === 0 ? (
              <EmptyState
                title={isFiltered(filters) ? words.noMatch : words.none}
                body={isFiltered(filters) ? words.noMatchBody : words.noneBody}
              />
            ) : (
              <OrderList
                key={asked}
                first={page}
                readMore={(cursor) => readOrders(connection.read, sale.id, query, cursor)}
              />
            )
          }
        </LoadedView>
      </section>
      <OrderExport filters={filters} />
    </div>
  );
}
