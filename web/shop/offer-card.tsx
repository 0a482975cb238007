import type { GetSaleResponse } from '../../client/index.ts';
import { useFormats, useWords } from '../kit/page/hooks.ts';
import { StockWord } from '../kit/parts/show/badge.tsx';
import { Money } from '../kit/parts/show/money.tsx';
import { OfferTile } from '../kit/parts/show/offer-tile.tsx';
import { shopWords } from './words.ts';

interface OfferCardProps {
  readonly offer: GetSaleResponse['offers'][number];
  readonly currency: string;
}

const PERCENT = 100;

/** Whole percents, never more than it is: 16.9 % is 16 % off. */
const shareOff = (price: number, listPrice: number): number =>
  Math.floor((1 - price / listPrice) * PERCENT) / PERCENT;

export function OfferCard({ offer, currency }: OfferCardProps) {
  const words = useWords(shopWords);
  const formats = useFormats();
  const { id, title, image, price, listPrice, stock } = offer;
  const share = shareOff(price, listPrice);
  return (
    <article class="offer">
      <OfferTile id={id} title={title} image={image} />
      <h3>{title}</h3>
      <p class="offer-price">
        <strong>
          <Money minor={price} currency={currency} />
        </strong>
        {listPrice > price && <Money minor={listPrice} currency={currency} before={words.before} />}
        {share > 0 && <span class="small">{words.off(formats.percent(share))}</span>}
      </p>
      <p>
        <StockWord stock={stock} />
      </p>
    </article>
  );
}
