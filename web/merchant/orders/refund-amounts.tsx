import type { OrderDetails, RefundPreview } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Money } from '../../kit/parts/show/money.tsx';
import { ordersWords } from './words.ts';

interface RefundAmountsProps {
  readonly preview: RefundPreview;
  readonly order: Pick<OrderDetails, 'lines' | 'currency'>;
}

/** What a refund gives back, to the cent, line by line. */
export function RefundAmounts({ preview, order }: RefundAmountsProps) {
  const { refund: words, states } = useWords(ordersWords);
  const formats = useFormats();
  const { cash, redPacket, points, coupons, clawedBack, lines, state } = preview;
  const { currency } = order;
  const titles = new Map(order.lines.map(({ line, title }) => [line, title]));
  const amounts = [
    { name: words.clawedBack, minor: -clawedBack },
    { name: words.redPacket, minor: redPacket },
  ].filter(({ minor }) => minor !== 0);
  return (
    <section class="receipt">
      <ul>
        {lines.map(({ line, quantity, cash: ofLine }) => (
          <li key={line}>
            <span>
              {quantity} × {titles.get(line) ?? line}
            </span>
            <Money minor={ofLine} currency={currency} />
          </li>
        ))}
        {amounts.map(({ name, minor }) => (
          <li key={name}>
            <span>{name}</span>
            <Money minor={minor} currency={currency} />
          </li>
        ))}
        {points > 0 && (
          <li>
            <span>{words.points}</span>
            <span>{formats.count(points)}</span>
          </li>
        )}
        {coupons.length > 0 && (
          <li>
            <span>{words.coupons}</span>
            <span>{coupons.join(', ')}</span>
          </li>
        )}
        <li class="receipt-total">
          <strong>{words.cash}</strong>
          <strong>
            <Money minor={cash} currency={currency} />
          </strong>
        </li>
      </ul>
      <p class="muted small">{words.after(states[state])}</p>
    </section>
  );
}
