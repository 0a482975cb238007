import type { PromotionPreview } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Money } from '../../kit/parts/show/money.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { titleOf } from '../desk/whole-sale.ts';
import { promotionsWords } from './words.ts';

type Sample = PromotionPreview['with'];

interface ReceiptProps {
  readonly title: string;
  readonly quote: Sample;
  /** The promotion that is previewed; its row stands out. */
  readonly marked: string;
}

function Receipt({ title, quote, marked }: ReceiptProps) {
  const words = useWords(promotionsWords);
  const { sample, rule } = words;
  const { sale } = useDesk();
  const { currency } = sale;
  return (
    <section class="receipt" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {quote.lines.map(({ offer, quantity, activity, gift }, i) => (
          <li key={i}>
            <span>
              {quantity} × {titleOf(sale, offer)} {gift && <em>{sample.gift}</em>}
            </span>
            <Money minor={activity} currency={currency} />
          </li>
        ))}
        {quote.applied.map(({ promotion, layer, discount, funder }) => (
          <li key={promotion} class={promotion === marked ? 'is-marked' : ''}>
            <span>
              {promotion}{' '}
              <small class="muted">
                {layer} · {sample.paidBy(funder === 'platform' ? rule.funders.platform : funder)}
              </small>
            </span>
            <Money minor={-discount} currency={currency} />
          </li>
        ))}
        <li class="receipt-total">
          <strong>{sample.total}</strong>
          <strong>
            <Money minor={quote.total} currency={currency} />
          </strong>
        </li>
      </ul>
    </section>
  );
}

/** What the sample cart costs without the promotion and with it. */
export function SampleReceipt({ preview }: { readonly preview: PromotionPreview }) {
  const { sample } = useWords(promotionsWords);
  const formats = useFormats();
  const { sale } = useDesk();
  const { without, with: after, promotion } = preview;
  const saved = without.total - after.total;
  const amount = formats.money(Math.abs(saved), sale.currency);
  const difference =
    saved === 0 ? sample.savesNothing : saved > 0 ? sample.saves(amount) : sample.costs(amount);
  const near = after.near.find((one) => one.promotion === promotion);
  return (
    <div class="stack" aria-live="polite">
      <p class="preview">{difference}</p>
      {near && (
        <p class="muted small">
          {sample.near(
            formats.money(near.missing, sale.currency),
            formats.money(near.gives, sale.currency),
          )}
        </p>
      )}
      <div class="receipts">
        <Receipt title={sample.without} quote={without} marked={promotion} />
        <Receipt title={sample.with} quote={after} marked={promotion} />
      </div>
    </div>
  );
}
