import { useFormats, usePage, useWords } from '../kit/page/hooks.ts';
import { Countdown } from '../kit/parts/show/countdown.tsx';
import { Money } from '../kit/parts/show/money.tsx';
import type { Payment } from './payment.ts';
import { payWords } from './words.ts';

/** What is bought and what it costs. */
export function Receipt({ payment }: { readonly payment: Payment }) {
  const words = useWords(payWords);
  const formats = useFormats();
  const { amount, currency, lines, order } = payment;
  const count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <section class="receipt stack" aria-labelledby="to-pay">
      <div>
        <h2 id="to-pay" class="receipt-head muted">
          {words.toPay}
        </h2>
        <p class="receipt-total">
          <Money minor={amount} currency={currency} />
        </p>
      </div>
      {lines.length > 0 && (
        <div>
          <h3 class="unseen">{words.bought}</h3>
          <ul class="receipt-lines">
            {lines.map(({ title, quantity }, i) => (
              <li key={i}>
                <span class="muted">{formats.count(quantity)} ×</span> {title}
              </li>
            ))}
          </ul>
          <p class="muted small">{words.items(count)}</p>
        </div>
      )}
      <p class="muted small">{order}</p>
    </section>
  );
}

/** How long the order is held. */
export function TimeLeft({ payByMs }: Pick<Payment, 'payByMs'>) {
  const words = useWords(payWords);
  if (payByMs === null) return null;
  return (
    <p class="row">
      <span class="muted">{words.timeLeft}</span>
      <Countdown untilMs={payByMs} />
    </p>
  );
}

/** Whether the order is no longer held, by the sandbox's clock. */
export function useIsOver({ payByMs }: Pick<Payment, 'payByMs'>): boolean {
  const { seconds } = usePage();
  return payByMs !== null && seconds.now.value >= payByMs;
}
