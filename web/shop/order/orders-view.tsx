import { answerOf, listOrders } from '../../../client/index.ts';
import type { Order } from '../../../client/index.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { Admit } from '../../kit/parts/frame/admit.tsx';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { OrderStateWord } from './order-state-word.tsx';
import { orderWords } from './words.ts';

const EVERY_MS = 15_000;
const SKELETON_LINES = 6;
/** A shopper has at most 64 orders in a sale: one page has them all. */
const LIMIT = '100';

function OrderRow({ order, sale }: { readonly order: Order; readonly sale: string }) {
  const words = useWords(orderWords);
  const { id, lines, total, currency, state, createdAt, payBy } = order;
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const titles = lines.map(({ title }) => title).join(', ');
  return (
    <li class="order-row">
      <a href={`/s/${encodeURIComponent(sale)}/orders/${encodeURIComponent(id)}`}>{titles}</a>
      <span class="small muted">
        {words.items(units)}
        {createdAt !== null && ' · '}
        {createdAt !== null && <Time ms={msOf(createdAt)} />}
      </span>
      <span>
        <OrderStateWord state={state} />
        {state === 'reserved' && (
          <span class="small">
            {' '}
            {words.payBy} <Time ms={msOf(payBy)} />
          </span>
        )}
      </span>
      <strong>
        <Money minor={total} currency={currency} />
      </strong>
    </li>
  );
}

function Orders({ sale }: { readonly sale: string }) {
  const words = useWords(orderWords);
  const load = useLoad(
    async ({ connection: { read: client } }, signal) => {
      const query = { limit: LIMIT };
      const { items } = await answerOf(listOrders({ client, path: { sale }, query, signal }));
      return items.toReversed();
    },
    [sale],
    { everyMs: EVERY_MS },
  );
  return (
    <LoadedView load={load} skeleton={<Skeleton lines={SKELETON_LINES} />}>
      {(items) =>
        items.length === 0 ? (
          <EmptyState title={words.none} body={words.noneBody} />
        ) : (
          <ul class="orders">
            {items.map((order) => (
              <OrderRow key={order.id} order={order} sale={sale} />
            ))}
          </ul>
        )
      }
    </LoadedView>
  );
}

/** What the shopper bought in a sale, newest first. */
export function OrdersView({ sale }: { readonly sale: string }) {
  const words = useWords(orderWords);
  return (
    <PageFrame title={words.orders}>
      <div class="stack">
        <Admit roles={['shopper']}>
          <Orders sale={sale} />
        </Admit>
        <p>
          <a href={`/s/${encodeURIComponent(sale)}`}>{words.backToSale}</a>
        </p>
      </div>
    </PageFrame>
  );
}
