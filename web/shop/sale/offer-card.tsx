import type { GetSaleResponse } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { StockWord } from '../../kit/parts/show/badge.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { OfferTile } from '../../kit/parts/show/offer-tile.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { MAX_QUANTITY } from '../cart/cart.ts';
import { Stepper } from '../cart/stepper.tsx';
import { shopWords } from '../words.ts';

type Offer = GetSaleResponse['offers'][number];

interface OfferCardProps {
  readonly offer: Offer;
  readonly currency: string;
  /** How many the cart has. */
  readonly units: number;
  /** Whether the shopper waits for it to come back. */
  readonly isWaiting: boolean;
  readonly isLocked: boolean;
  readonly onSet: (units: number) => void;
  readonly onWait: () => void;
}

const PERCENT = 100;

/** Whole percents, never more than it is: 16.9 % is 16 % off. */
const shareOff = (price: number, listPrice: number): number =>
  Math.floor((1 - price / listPrice) * PERCENT) / PERCENT;

function Price({ offer, currency }: Pick<OfferCardProps, 'offer' | 'currency'>) {
  const words = useWords(shopWords);
  const formats = useFormats();
  const { price, listPrice } = offer;
  const share = shareOff(price, listPrice);
  return (
    <p class="offer-price">
      <strong>
        <Money minor={price} currency={currency} />
      </strong>
      {listPrice > price && <Money minor={listPrice} currency={currency} before={words.before} />}
      {share > 0 && <span class="small">{words.off(formats.percent(share))}</span>}
    </p>
  );
}

/** The bounds of the offer that a shopper should know before buying. */
function Terms({ offer }: Pick<OfferCardProps, 'offer'>) {
  const words = useWords(shopWords);
  const formats = useFormats();
  const { seconds } = usePage();
  const { limitPerShopper, opensAt, paused } = offer;
  const opensMs = opensAt === null ? 0 : msOf(opensAt);
  // Only an offer with a time of its own looks at the clock.
  const nowMs = opensMs > 0 ? seconds.now.value : 0;
  const texts = [
    ...(paused ? [words.pausedOffer] : []),
    ...(opensMs > nowMs ? [words.from(formats.shortTime(opensMs, nowMs))] : []),
    ...(limitPerShopper === null ? [] : [words.most(limitPerShopper)]),
  ];
  return <p class="small muted">{texts.join(' · ')}</p>;
}

/** An offer with its price, what is saved, whether it is in stock, and the way into the cart. */
export function OfferCard(props: OfferCardProps) {
  const { offer, currency, units, isWaiting, isLocked, onSet, onWait } = props;
  const words = useWords(shopWords);
  const { id, title, image, stock, limitPerShopper } = offer;
  const isGone = stock === 'sold_out' && units === 0;
  return (
    <article class="offer">
      <OfferTile id={id} title={title} image={image} />
      <h3>{title}</h3>
      <Price offer={offer} currency={currency} />
      <p>
        <StockWord stock={stock} />
      </p>
      <Terms offer={offer} />
      {isGone ? (
        <span class="stepper">
          <Button
            isOff={isWaiting}
            label={isWaiting ? `${words.told}: ${title}` : words.tellMeOf(title)}
            onPress={onWait}
          >
            {isWaiting ? words.told : words.tellMe}
          </Button>
        </span>
      ) : (
        <Stepper
          title={title}
          units={units}
          most={Math.min(limitPerShopper ?? MAX_QUANTITY, MAX_QUANTITY)}
          isLocked={isLocked}
          onSet={onSet}
        />
      )}
    </article>
  );
}
