import type { GetSaleResponse } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { withWait } from '../buy/waits.ts';
import { quantityOf, withUnits } from '../cart/cart.ts';
import { shopWords } from '../words.ts';
import { OfferCard } from './offer-card.tsx';
import type { Shopper } from './use-shopper.ts';

interface OffersProps {
  readonly sale: GetSaleResponse;
  readonly shopper: Shopper;
  readonly isLocked: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
}

/** The offers of the sale, page by page. */
export function Offers({ sale, shopper, isLocked, isLoadingMore, onMore }: OffersProps) {
  const words = useWords(shopWords);
  if (sale.offers.length === 0) return <EmptyState title={words.none} body={words.noneBody} />;
  const cart = shopper.cart.value;
  const waits = shopper.waits.value;
  return (
    <section class="stack" aria-labelledby="offers">
      <h2 id="offers" class="unseen">
        {words.offers}
      </h2>
      <ul class="offer-grid">
        {sale.offers.map((offer) => (
          <li key={offer.id}>
            <OfferCard
              offer={offer}
              currency={sale.currency}
              units={quantityOf(cart.value, offer.id)}
              isWaiting={waits.value.includes(offer.id)}
              isLocked={isLocked}
              onSet={(units) => shopper.change(withUnits(cart.peek(), offer, units))}
              onWait={() => (waits.value = withWait(waits.peek(), offer.id))}
            />
          </li>
        ))}
      </ul>
      {sale.nextOffers !== null && (
        <Button isWide isOff={isLoadingMore} onPress={onMore}>
          {isLoadingMore ? words.loadingMore : words.showMore}
        </Button>
      )}
    </section>
  );
}
