import { answerOf, getOrderDetails } from '../../../client/index.ts';
import type { OrderDetails } from '../../../client/index.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { Money } from '../../kit/parts/show/money.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { CopyButton } from '../desk/copy-button.tsx';
import { Part } from '../desk/part.tsx';
import { PATTERNS, viewPath } from '../desk/paths.ts';
import { useParam } from '../desk/use-param.ts';
import { Lines, Moves, Payments, Refunds, Shares } from './order-parts.tsx';
import { OrderStateWord } from './order-state.tsx';
import { RefundForm } from './refund-form.tsx';
import { ordersWords } from './words.ts';

const EVERY_MS = 5_000;
const LINES = 12;

function Head({ order }: { readonly order: OrderDetails }) {
  const words = useWords(ordersWords);
  return (
    <div class="stack">
      <div class="row">
        <h2>
          <code class="id">{order.id}</code>
        </h2>
        <CopyButton text={order.id} />
      </div>
      <p class="row">
        <OrderStateWord state={order.state} />
        <strong>
          <Money minor={order.total} currency={order.currency} />
        </strong>
        <span class="muted">
          {words.shopper} {order.shopper}
        </span>
        {order.state === 'reserved' && (
          <span class="muted">
            {words.one.payBy} <Time ms={msOf(order.payBy)} />
          </span>
        )}
      </p>
    </div>
  );
}

/** One order, as far as it is the store's. */
export function OrderView() {
  const words = useWords(ordersWords);
  const { sale } = useDesk();
  const order = useParam(PATTERNS.order, 'order');
  const load = useLoad(
    ({ connection: { read } }, signal) =>
      answerOf(getOrderDetails({ client: read, path: { order }, signal })),
    [order],
    { everyMs: EVERY_MS },
  );
  return (
    <div class="stack">
      <p>
        <a href={viewPath(sale.id, 'orders')}>{words.one.back}</a>
      </p>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {(shown) => (
          <div class="sections">
            <Head order={shown} />
            <Part level={3} id="lines" title={words.lines}>
              <Lines order={shown} />
            </Part>
            <Part level={3} id="shares" title={words.one.shares}>
              <Shares order={shown} />
            </Part>
            {shown.payments && (
              <Part level={3} id="payments" title={words.one.payments}>
                <Payments payments={shown.payments} />
              </Part>
            )}
            <Part level={3} id="refund" title={words.refund.title}>
              <RefundForm key={shown.id} order={shown} onDone={load.again} />
            </Part>
            <Part level={3} id="refunds" title={words.one.refunds}>
              <Refunds order={shown} />
            </Part>
            <Part level={3} id="moves" title={words.one.moves}>
              <Moves order={shown} />
            </Part>
          </div>
        )}
      </LoadedView>
    </div>
  );
}
