import type { SellerOrder } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { usePages } from '../../kit/page/pages.ts';
import type { Shown } from '../../kit/page/pages.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
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

interface ListProps {
  readonly shown: Shown<SellerOrder>;
  readonly onMore: () => void;
}

function OrderList({ shown, onMore }: ListProps) {
  const words = useWords(ordersWords);
  const { sale } = useDesk();
  const { items, next, isFull } = shown;
  return (
    <>
      <Table
        caption={words.orders}
        columns={columnsIn(words, sale.id)}
        rows={items}
        keyOf={({ id }) => id}
      />
      {isFull && <p class="muted">{words.cut(items.length)}</p>}
      {next !== null && !isFull && <Button onPress={onMore}>{words.more}</Button>}
    </>
  );
}

/** The orders of the store, newest first. */
export function OrdersView() {
  const words = useWords(ordersWords);
  const { router } = usePage();
  const { sale, shownStore } = useDesk();
  const filters = filtersIn(router);
  const query = queryOf(filters, shownStore);
  const { load, more } = usePages(
    ({ connection: { read } }, part, signal) =>
      readOrders(read, sale.id, { ...query, ...part }, signal),
    [sale.id, JSON.stringify(query)],
    EVERY_MS,
  );
  return (
    <div class="sections">
      <section class="stack" aria-label={words.orders}>
        <OrderSearch key={filters.shopper} shopper={filters.shopper} />
        <OrderFilters filters={filters} />
        <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
          {(shown) =>
            shown.items.length === 0 ? (
              <EmptyState
                title={isFiltered(filters) ? words.noMatch : words.none}
                body={isFiltered(filters) ? words.noMatchBody : words.noneBody}
              />
            ) : (
              <OrderList shown={shown} onMore={more} />
            )
          }
        </LoadedView>
      </section>
      <OrderExport filters={filters} />
    </div>
  );
}
