import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { GetSaleResponse } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { refreshed } from '../cart/cart.ts';
import type { CartContent } from '../cart/cart.ts';
import { CartSkeleton } from '../cart/cart-panel.tsx';
import { CouponDialog } from '../coupons/coupon-dialog.tsx';
import { toGrab } from '../coupons/to-grab.ts';
import { useGrabs } from '../coupons/use-grabs.ts';
import { useWallet } from '../coupons/use-wallet.ts';
import { couponWords } from '../coupons/words.ts';
import { shopWords } from '../words.ts';
import { Offers } from './offers.tsx';
import { SaleCart } from './sale-cart.tsx';
import { SaleClock } from './sale-clock.tsx';
import { useNews } from './use-news.ts';
import { useSale } from './use-sale.ts';
import { ordersPath, useShopper, useWaits } from './use-shopper.ts';
import type { Shopper } from './use-shopper.ts';

const SKELETON_CARDS = 8;

function SaleSkeleton() {
  return (
    <div class="shop">
      <div class="stack">
        <div class="sale-head">
          <Skeleton lines={3} />
        </div>
        <div class="offer-grid">
          {Array.from({ length: SKELETON_CARDS }, (_, i) => (
            <div class="offer" key={i}>
              <Skeleton like="tile" />
              <Skeleton lines={3} />
            </div>
          ))}
        </div>
      </div>
      <CartSkeleton />
    </div>
  );
}

/** Keeps the prices of the cart those of the page, and says which have changed. */
function useFreshCart(sale: GetSaleResponse, { cart }: Shopper): void {
  const { announcer } = usePage();
  const words = useWords(shopWords);
  const formats = useFormats();
  const { offers, currency } = sale;
  useEffect(() => {
    const before = cart.value.peek();
    const next: CartContent = refreshed(before, offers);
    if (next === before) return;
    for (const [i, { title, price }] of next.lines.entries()) {
      if (price === before.lines[i]?.price) continue;
      announcer.tell(words.priceIs(title, formats.money(price, currency)));
    }
    cart.value.value = next;
  }, [offers]);
}

interface SaleBodyProps {
  readonly sale: GetSaleResponse;
  readonly shopper: Shopper;
  readonly titleOf: (offer: string) => string;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
}

function SaleBody({ sale, shopper, titleOf, isLoadingMore, onMore }: SaleBodyProps) {
  const words = useWords(couponWords);
  const isOpen = useSignal(false);
  const load = useWallet(sale.id);
  const grabs = useGrabs(sale.id, load.again);
  useFreshCart(sale, shopper);
  const known = load.now.value;
  const wallet = 'data' in known ? known.data : null;
  const { state } = shopper.purchase.now.value;
  const isLocked = state !== 'ready' && state !== 'refused';
  const left = toGrab(sale.promotions, wallet, grabs.now.value).length;
  return (
    <div class="shop">
      <div class="stack">
        <SaleClock sale={sale}>
          {sale.promotions.length > 0 && (
            <Button onPress={() => (isOpen.value = true)}>
              {left > 0 ? words.open(left) : words.openAll}
            </Button>
          )}
        </SaleClock>
        <Offers
          sale={sale}
          shopper={shopper}
          isLocked={isLocked}
          isLoadingMore={isLoadingMore}
          onMore={onMore}
        />
      </div>
      <SaleCart
        sale={sale}
        shopper={shopper}
        wallet={wallet}
        isLocked={isLocked}
        titleOf={titleOf}
      />
      <CouponDialog
        sale={sale}
        wallet={wallet}
        grabs={grabs}
        titleOf={titleOf}
        isOpen={isOpen.value}
        onClose={() => (isOpen.value = false)}
      />
    </div>
  );
}

/** A sale with its clock and its offers, as shoppers see it, and the cart. */
export function SaleView({ sale }: { readonly sale: string }) {
  const words = useWords(shopWords);
  const { session } = usePage();
  const shopper = useShopper(sale);
  const onNews = useWaits(shopper);
  const { load, isLoadingMore, more } = useSale(sale);
  const now = load.now.value;
  const shown = 'data' in now ? now.data : null;
  const titleOf = (offer: string): string => {
    const known = shown?.offers.find(({ id }) => id === offer);
    const line = shopper.cart.value.peek().lines.find((one) => one.offer === offer);
    return known?.title ?? line?.title ?? offer;
  };
  const news = useNews(sale, load, (came) => onNews(came, titleOf));
  return (
    <PageFrame
      title={shown?.name ?? words.title}
      aside={session.token !== '' && <a href={ordersPath(sale)}>{words.orders}</a>}
    >
      <LoadedView load={load} stream={news} skeleton={<SaleSkeleton />}>
        {(read) => (
          <SaleBody
            sale={read}
            shopper={shopper}
            titleOf={titleOf}
            isLoadingMore={isLoadingMore.value}
            onMore={more}
          />
        )}
      </LoadedView>
    </PageFrame>
  );
}
