import type { Promotion, Quote } from '../../../client/index.ts';
import { nearText, promotionText, unusedText } from '../receipt/promotion-text.ts';
import { useSpeech } from '../receipt/receipt.tsx';

interface PriceNotesProps {
  readonly quote: Quote;
  readonly currency: string;
  readonly promotions: readonly Promotion[];
  readonly titleOf: (offer: string) => string;
}

/** More near misses would only be noise. */
const MOST_NEAR = 2;

/** What would save more, and why a coupon or a gift does not count. */
export function PriceNotes({ quote, currency, promotions, titleOf }: PriceNotesProps) {
  const speech = useSpeech(currency, titleOf);
  const byId = new Map(promotions.map((promotion) => [promotion.id, promotion]));
  const nameOf = (id: string) => {
    const promotion = byId.get(id);
    return promotion ? promotionText(speech, promotion) : id;
  };
  if (quote.near.length + quote.unused.length === 0) return null;
  return (
    <ul class="notes small">
      {quote.near.slice(0, MOST_NEAR).map((near) => (
        <li key={`${near.promotion} ${near.store}`}>
          <span aria-hidden="true">▸ </span>
          {nearText(speech, near, byId.get(near.promotion))}
        </li>
      ))}
      {quote.unused.map(({ promotion, reason }) => (
        <li key={promotion} class="muted">
          {nameOf(promotion)}: {unusedText(speech, reason)}
        </li>
      ))}
    </ul>
  );
}
