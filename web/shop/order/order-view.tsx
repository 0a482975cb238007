import { useEffect, useRef } from 'preact/hooks';
import type { Load } from '../../kit/api/load.ts';
import { useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { Admit } from '../../kit/parts/frame/admit.tsx';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { Countdown } from '../../kit/parts/show/countdown.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { Receipt } from '../receipt/receipt.tsx';
import { CancelButton, PayButton } from './order-actions.tsx';
import { OrderStateWord } from './order-state-word.tsx';
import { isMoving, nextAction } from './order-steps.ts';
import type { NextAction } from './order-steps.ts';
import { readOrder } from './read-order.ts';
import type { ShownOrder } from './read-order.ts';
import { TimeLine } from './time-line.tsx';
import { orderWords } from './words.ts';

/** A finished order changes by refunds only. */
const EVERY_MS = 30_000;
/** While something is due, the page looks as often as this. */
const SOON_MS = 2_000;

interface OrderBodyProps {
  readonly sale: string;
  readonly shown: ShownOrder;
  readonly load: Load<ShownOrder>;
}

function OrderSkeleton() {
  return (
    <div class="order">
      <Skeleton lines={4} />
      <Skeleton lines={6} />
    </div>
  );
}

function Next({ action, shown, load }: Omit<OrderBodyProps, 'sale'> & { action: NextAction }) {
  const words = useWords(orderWords);
  const { order } = shown;
  if (action === 'late') return <p>{words.payLate}</p>;
  if (action === 'confirming') {
    return <p role="status">{order.total === 0 ? words.settling : words.confirming}</p>;
  }
  if (action === 'done') {
    const bodies: Readonly<Record<string, string>> = words.stateBody;
    return <p role="status">{bodies[order.state] ?? ''}</p>;
  }
  return (
    <div class="stack">
      <p class="row">
        <span class="muted">{words.payWithin}</span>
        <Countdown untilMs={msOf(order.payBy)} />
      </p>
      {action === 'pay_again' && (
        <p class="notice" role="alert">
          {words.declined}
        </p>
      )}
      <PayButton order={order.id} isAgain={action === 'pay_again'} onMoved={load.again} />
      <CancelButton order={order.id} onMoved={load.again} />
    </div>
  );
}

function useNext(shown: ShownOrder, load: Load<ShownOrder>): NextAction {
  const { router, seconds, network } = usePage();
  const nowMs = seconds.now.value;
  const action = nextAction(shown, router.query('state').value, nowMs, msOf(shown.order.payBy));
  const turn = isMoving(action, shown) ? Math.floor(nowMs / SOON_MS) : 0;
  const isSeen = network.isSeen.value;
  useEffect(() => {
    if (turn > 0 && isSeen) load.again();
  }, [turn, isSeen]);
  return action;
}

function OrderBody({ sale, shown, load }: OrderBodyProps) {
  const words = useWords(orderWords);
  const { order } = shown;
  const { currency, lines } = order;
  const action = useNext(shown, load);
  const titles = new Map(lines.map(({ offer, title }) => [offer, title]));
  return (
    <div class="order">
      <section class="stack" aria-labelledby="history">
        <div class="sale-top">
          <h2 id="history">{words.history}</h2>
          <OrderStateWord state={order.state} />
        </div>
        <TimeLine shown={shown}>
          <Next action={action} shown={shown} load={load} />
        </TimeLine>
      </section>
      <section class="stack" aria-labelledby="bought">
        <h2 id="bought">{words.receipt}</h2>
        <Receipt
          currency={currency}
          lines={lines}
          applied={order.applied}
          promotions={shown.sale?.promotions ?? []}
          titleOf={(offer) => titles.get(offer) ?? offer}
        />
        <p class="total-row">
          <span>{words.total}</span>
          <strong>
            <Money minor={order.total} currency={currency} />
          </strong>
        </p>
        <nav class="row">
          <a href={`/s/${encodeURIComponent(sale)}`}>{words.backToSale}</a>
          <a href={`/s/${encodeURIComponent(sale)}/orders`}>{words.allOrders}</a>
        </nav>
      </section>
    </div>
  );
}

interface OrderViewProps {
  readonly sale: string;
  readonly order: string;
}

function LoadedOrder({ sale, order }: OrderViewProps) {
  const known = useRef<ShownOrder['sale']>(null);
  const load = useLoad(
    async (page, signal) => {
      const shown = await readOrder(page, { sale, order }, known.current, signal);
      known.current = shown.sale;
      return shown;
    },
    [sale, order],
    { everyMs: EVERY_MS },
  );
  return (
    <LoadedView load={load} skeleton={<OrderSkeleton />}>
      {(shown) => <OrderBody sale={sale} shown={shown} load={load} />}
    </LoadedView>
  );
}

/** An order as a time line: what happened, and the one thing that is next. */
export function OrderView({ sale, order }: OrderViewProps) {
  const words = useWords(orderWords);
  return (
    <PageFrame title={words.order}>
      <Admit roles={['shopper']}>
        <LoadedOrder sale={sale} order={order} />
      </Admit>
    </PageFrame>
  );
}
