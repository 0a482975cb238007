import type { GetSaleResponse, Wallet } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { signInAddress } from '../../kit/session/sign-in-address.ts';
import { MAX_QUANTITY } from '../cart/cart.ts';
import { CartLines } from '../cart/cart-lines.tsx';
import { CartPanel } from '../cart/cart-panel.tsx';
import { PriceNotes } from '../cart/price-notes.tsx';
import { useQuoting } from '../cart/use-quoting.ts';
import { cartWords } from '../cart/words.ts';
import { Tenders } from '../coupons/tenders.tsx';
import { couponWords } from '../coupons/words.ts';
import { Receipt } from '../receipt/receipt.tsx';
import { BuyBar } from './buy-bar.tsx';
import { holdingsOf } from './cart-steps.ts';
import type { Shopper } from './use-shopper.ts';

interface SaleCartProps {
  readonly sale: GetSaleResponse;
  readonly shopper: Shopper;
  /** Null: a guest. */
  readonly wallet: Wallet | null;
  readonly isLocked: boolean;
  readonly titleOf: (offer: string) => string;
}

/** What a guest gains by signing in. */
function GuestHint() {
  const { router } = usePage();
  return (
    <p class="small">
      <a href={signInAddress(router.here)}>{useWords(couponWords).guest}</a>
    </p>
  );
}

/** The cart with its price, every discount by name, and the one button. */
export function SaleCart({ sale, shopper, wallet, isLocked, titleOf }: SaleCartProps) {
  const words = useWords(cartWords);
  const { session } = usePage();
  const { value: cart } = shopper.cart;
  const isShopper = session.token !== '' && session.claims.value?.role === 'shopper';
  const held = holdingsOf(wallet, isShopper);
  const { currency, promotions, rulesVersion } = sale;
  const quoting = useQuoting({ sale: sale.id, cart: cart.value, held, rulesVersion });
  const { quote } = quoting.now.value;
  const limits = new Map(sale.offers.map((offer) => [offer.id, offer.limitPerShopper]));
  const priced = { currency, promotions, titleOf };
  const edited = { cart: cart.value, isLocked, onChange: shopper.change };
  const bought = { sale, shopper, quoting, held, isLocked, titleOf };
  return (
    <CartPanel
      cart={cart.value}
      pricing={quoting.now.value}
      currency={currency}
      bar={<BuyBar {...bought} />}
    >
      {isLocked && <p class="small muted">{words.locked}</p>}
      <CartLines
        {...edited}
        currency={currency}
        mostOf={({ offer }) => limits.get(offer) ?? MAX_QUANTITY}
      />
      {quote && (
        <Receipt
          {...priced}
          lines={quote.lines.filter(({ gift }) => gift)}
          applied={quote.applied}
        />
      )}
      {quote && <PriceNotes {...priced} quote={quote} />}
      {wallet && <Tenders {...priced} {...edited} wallet={wallet} quote={quote} />}
      {session.token === '' && <GuestHint />}
    </CartPanel>
  );
}
