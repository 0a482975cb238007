import type { AppliedPromotion, PricedLine, Promotion } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Money } from '../../kit/parts/show/money.tsx';
import { layerText, promotionText } from './promotion-text.ts';
import type { Speech } from './promotion-text.ts';
import { receiptWords } from './words.ts';

type Line = Pick<PricedLine, 'offer' | 'quantity' | 'activity' | 'gift' | 'refunded'>;

interface ReceiptProps {
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly applied: readonly AppliedPromotion[];
  /** Those that the sale shows, to say in words what applied. */
  readonly promotions: readonly Promotion[];
  readonly titleOf: (offer: string) => string;
}

export function useSpeech(currency: string, titleOf: Speech['titleOf']): Speech {
  return { words: useWords(receiptWords), formats: useFormats(), currency, titleOf };
}

function LineRow({ line, speech }: { readonly line: Line; readonly speech: Speech }) {
  const { words, titleOf, currency } = speech;
  const title = words.units(line.quantity, titleOf(line.offer));
  return (
    <li class="receipt-row">
      <span>{line.gift ? words.gift(title) : title}</span>
      {line.gift ? <span>{words.free}</span> : <Money minor={line.activity} currency={currency} />}
    </li>
  );
}

interface AppliedRowProps {
  readonly applied: AppliedPromotion;
  readonly promotion: Promotion | undefined;
  readonly speech: Speech;
}

function AppliedRow({ applied, promotion, speech }: AppliedRowProps) {
  const { words, formats, currency } = speech;
  const layer = layerText(speech, applied.layer);
  return (
    <li class="receipt-row receipt-off">
      <span>
        {promotion && <span class="receipt-layer muted small">{layer}</span>}
        {promotion ? promotionText(speech, promotion) : layer}
        {applied.forfeited > 0 && (
          <span class="receipt-layer muted small">
            {words.forfeited(formats.money(applied.forfeited, currency))}
          </span>
        )}
      </span>
      <Money minor={-applied.discount} currency={currency} />
    </li>
  );
}

/** What is bought and every discount that came off, each named. */
export function Receipt({ currency, lines, applied, promotions, titleOf }: ReceiptProps) {
  const speech = useSpeech(currency, titleOf);
  const byId = new Map(promotions.map((promotion) => [promotion.id, promotion]));
  return (
    <ul class="receipt" aria-label={speech.words.receipt}>
      {lines.map((line, i) => (
        <LineRow key={`${i} ${line.offer}`} line={line} speech={speech} />
      ))}
      {applied.map((one) => (
        <AppliedRow
          key={one.promotion}
          applied={one}
          promotion={byId.get(one.promotion)}
          speech={speech}
        />
      ))}
    </ul>
  );
}
