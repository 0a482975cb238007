import type { GetSaleResponse } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { mainAction } from '../buy/main-action.ts';
import { MainButton } from '../buy/main-button.tsx';
import { RefusalNotice, SoldOutNotice, UnsureNotice } from '../buy/notice.tsx';
import { PriceQuestion } from '../buy/price-question.tsx';
import { withWait } from '../buy/waits.ts';
import { buyWords } from '../buy/words.ts';
import { without } from '../cart/cart.ts';
import type { Holdings } from '../cart/cart.ts';
import type { Quoting } from '../cart/quoting.ts';
import { afterStep, foretold } from './cart-steps.ts';
import { shopNow } from './shop-now.ts';
import { useBuy } from './use-buy.ts';
import { ordersPath } from './use-shopper.ts';
import type { Shopper } from './use-shopper.ts';

interface BuyBarProps {
  readonly sale: GetSaleResponse;
  readonly shopper: Shopper;
  readonly quoting: Quoting;
  /** Null: a guest. */
  readonly held: Holdings | null;
  readonly isLocked: boolean;
  readonly titleOf: (offer: string) => string;
}

function useRole() {
  const { session } = usePage();
  const claims = session.claims.value;
  const isSignedIn = session.token !== '';
  return {
    member: claims?.member ?? null,
    isShopper: isSignedIn && claims?.role === 'shopper',
    isOther: isSignedIn && claims?.role !== 'shopper',
  };
}

/** The one button, and above it what keeps it from buying. */
export function BuyBar(props: BuyBarProps) {
  const { sale, shopper, quoting, held, isLocked, titleOf } = props;
  const words = useWords(buyWords);
  const { seconds, time } = usePage();
  const { purchase, waits } = shopper;
  const { value: waiting } = waits;
  const { value: cart } = shopper.cart.value;
  const role = useRole();
  const buying = purchase.now.value;
  const action = mainAction(
    shopNow({
      sale,
      cart,
      waits: waiting.value,
      buying,
      nowMs: seconds.now.value,
      monotonicMs: time.monotonic(),
      member: role.member,
      isShopper: role.isShopper,
    }),
  );
  const isGone = action.kind === 'tell_me' || action.kind === 'waiting';
  const onBuy = useBuy({ shopper, quoting, held });
  const { quote, refusal } = quoting.now.value;
  const refused = buying.state === 'refused' ? buying.refusal : null;
  const told = refused ?? refusal ?? foretold(quote?.problems ?? []);
  const notices = { titleOf, ordersHref: ordersPath(sale.id) };
  return (
    <>
      {buying.state === 'unknown' && (
        <UnsureNotice
          {...notices}
          refusal={buying.refusal}
          isAlone={buying.isAlone}
          isSignedIn={role.isShopper}
          onStartOver={() => purchase.startOver()}
        />
      )}
      {told && !isLocked && !isGone && (
        <RefusalNotice
          {...notices}
          refusal={told}
          onStep={(step) => shopper.change(afterStep(shopper.cart.value.peek(), step))}
        />
      )}
      {isGone && (
        <SoldOutNotice
          title={titleOf(action.offer)}
          isWaiting={action.kind === 'waiting'}
          {...(cart.lines.length > 1
            ? { onRemove: () => shopper.change(without(cart, action.offer)) }
            : {})}
        />
      )}
      {action.kind === 'opens' && !role.isShopper && <p class="small muted">{words.signInSoon}</p>}
      <MainButton
        action={action}
        isOther={role.isOther}
        onBuy={onBuy}
        onAgain={() => purchase.again()}
        onTellMe={(offer) => (waiting.value = withWait(waiting.peek(), offer))}
        onStopWaiting={(offer) => (waiting.value = waiting.peek().filter((one) => one !== offer))}
      />
      <PriceQuestion purchase={purchase} currency={sale.currency} />
    </>
  );
}
