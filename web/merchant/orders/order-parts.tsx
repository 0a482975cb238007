import type { OrderDetails, PastPayment } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Money } from '../../kit/parts/show/money.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { moverText, referenceOf } from './mover-text.ts';
import { ordersWords } from './words.ts';

interface PartProps {
  readonly order: OrderDetails;
}

type Line = OrderDetails['lines'][number];
type Applied = OrderDetails['applied'][number];

export function Lines({ order }: PartProps) {
  const { one: words, lines: caption } = useWords(ordersWords);
  const formats = useFormats();
  const money = (minor: number) => <Money minor={minor} currency={order.currency} />;
  const columns: Column<Line>[] = [
    {
      key: 'title',
      title: caption,
      cell: ({ title, gift }) => (
        <span>
          {title} {gift === true && <em>{words.gift}</em>}
        </span>
      ),
    },
    {
      key: 'quantity',
      title: words.quantity,
      isNumber: true,
      cell: ({ quantity }) => formats.count(quantity),
    },
    { key: 'price', title: words.price, isNumber: true, cell: ({ price }) => money(price) },
    {
      key: 'activity',
      title: words.activity,
      isNumber: true,
      cell: ({ activity }) => money(activity),
    },
    { key: 'net', title: words.net, isNumber: true, cell: ({ net }) => money(net) },
    {
      key: 'refunded',
      title: words.refunded,
      isNumber: true,
      cell: ({ refunded = 0 }) => formats.count(refunded),
    },
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={order.lines}
      keyOf={({ line }) => String(line)}
    />
  );
}

/** What each promotion took, who bears it, and of which line. */
export function Shares({ order }: PartProps) {
  const { one: words } = useWords(ordersWords);
  const layers: Readonly<Record<string, string>> = words.layers;
  const money = (minor: number) => <Money minor={minor} currency={order.currency} />;
  if (order.applied.length === 0) return <p class="muted">{words.noShares}</p>;
  const columns: Column<Applied>[] = [
    {
      key: 'funder',
      title: words.funder,
      cell: ({ funder }) => (funder === 'platform' ? words.platform : funder),
    },
    { key: 'promotion', title: words.promotion, cell: ({ promotion }) => promotion },
    { key: 'layer', title: words.layer, cell: ({ layer }) => layers[layer] ?? layer },
    ...order.lines.map(({ line, title }, i): Column<Applied> => ({
      key: `line-${line}`,
      title,
      isNumber: true,
      cell: ({ shares }) => money(shares[i] ?? 0),
    })),
    {
      key: 'discount',
      title: words.discount,
      isNumber: true,
      cell: ({ discount }) => money(discount),
    },
  ];
  return (
    <div class="wide" tabIndex={0} role="group" aria-label={words.shares}>
      <Table
        caption={words.shares}
        columns={columns}
        rows={order.applied}
        keyOf={({ promotion }) => promotion}
      />
    </div>
  );
}

/** Each try to pay; only operators see them, because a payment pays for the whole order. */
export function Payments({ payments }: { readonly payments: readonly PastPayment[] }) {
  const { one: words } = useWords(ordersWords);
  if (payments.length === 0) return <p class="muted">{words.noPayments}</p>;
  return (
    <ol class="timeline">
      {payments.map(({ id, state, amount, currency, provider, createdAt }) => (
        <li key={id}>
          <Time ms={msOf(createdAt)} />
          <span>
            <strong>
              <Money minor={amount} currency={currency} />
            </strong>{' '}
            {words.payment[state]} <small class="muted">{provider}</small>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Every move of the order as a line of time. */
export function Moves({ order }: PartProps) {
  const { one: words, states } = useWords(ordersWords);
  return (
    <ol class="timeline">
      <li>
        <Time ms={msOf(order.createdAt)} />
        <span>{words.wasPlaced}</span>
      </li>
      {order.moves.map(({ from, to, who, why, at }, i) => (
        <li key={i}>
          <Time ms={msOf(at)} />
          <span>
            {words.move(states[from], states[to])}
            <small class="muted">
              {' '}
              {words.by(moverText(who, words.movers))} <code>{referenceOf(why)}</code>
            </small>
          </span>
        </li>
      ))}
    </ol>
  );
}

export function Refunds({ order }: PartProps) {
  const { one: words } = useWords(ordersWords);
  const titles = new Map(order.lines.map(({ line, title }) => [line, title]));
  if (order.refunds.length === 0) return <p class="muted">{words.noRefunds}</p>;
  return (
    <ol class="timeline">
      {order.refunds.map(({ id, at, who, cash, lines, restocked, points = 0, coupons = [] }) => (
        <li key={id}>
          <Time ms={msOf(at)} />
          <span>
            <strong>
              <Money minor={cash} currency={order.currency} />
            </strong>{' '}
            {lines
              .map(({ line, quantity }) => `${quantity} × ${titles.get(line) ?? line}`)
              .join(', ')}
            <small class="muted">
              {' '}
              {[
                words.by(moverText(who, words.movers)),
                restocked ? words.restocked : '',
                points > 0 ? words.points(points) : '',
                coupons.length > 0 ? words.couponsBack(coupons.join(', ')) : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </span>
        </li>
      ))}
    </ol>
  );
}
