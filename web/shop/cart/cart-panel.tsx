import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { listTotalOf, unitsOf } from './cart.ts';
import type { CartContent } from './cart.ts';
import { shownTotalOf } from './quoting.ts';
import type { Pricing } from './quoting.ts';
import { cartWords } from './words.ts';

interface CartPanelProps {
  readonly cart: CartContent;
  readonly pricing: Pricing;
  readonly currency: string;
  /** Lines, discounts and coupons. */
  readonly children: ComponentChildren;
  /** What the button does, and what keeps it from doing so. */
  readonly bar: ComponentChildren;
}

interface CartSumProps extends Pick<CartPanelProps, 'cart' | 'pricing' | 'currency'> {}

/** The total as far as it is known: the sum of the prices until the discounts are. */
function CartSum({ cart, pricing, currency }: CartSumProps) {
  const words = useWords(cartWords);
  const formats = useFormats();
  const { isCurrent, refusal } = pricing;
  const totalMinor = shownTotalOf(cart, pricing);
  const savedMinor = isCurrent ? listTotalOf(cart) - totalMinor : 0;
  return (
    <p class={isCurrent ? 'cart-sum' : 'cart-sum cart-sum-old'}>
      <span>
        {words.total}{' '}
        <strong>
          <Money minor={totalMinor} currency={currency} />
        </strong>
      </span>
      <span class="small muted">
        {savedMinor > 0 && words.saves(formats.money(savedMinor, currency))}
        {refusal && words.unpriced}
      </span>
    </p>
  );
}

/** The cart: beside the offers where there is room, else a bar at the foot that opens. */
export function CartPanel({ cart, pricing, currency, children, bar }: CartPanelProps) {
  const words = useWords(cartWords);
  const isOpen = useSignal(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen.value) return;
    isOpen.value = false;
    toggle.current?.focus();
  };
  return (
    <aside class={isOpen.value ? 'cart is-open' : 'cart'} aria-labelledby="cart" onKeyDown={close}>
      <div class="cart-body stack" id="cart-body">
        <h2 id="cart" tabIndex={-1}>
          {words.cart}
        </h2>
        {cart.lines.length === 0 && <p class="muted">{words.empty}</p>}
        {children}
      </div>
      <div class="cart-bar">
        <div class="cart-top">
          <CartSum cart={cart} pricing={pricing} currency={currency} />
          <span class="cart-toggle">
            <button
              ref={toggle}
              type="button"
              class="button button-bare"
              aria-expanded={isOpen.value}
              aria-controls="cart-body"
              onClick={() => (isOpen.value = !isOpen.value)}
            >
              {words.items(unitsOf(cart))}
              <span class="unseen"> {isOpen.value ? words.hide : words.show}</span>
              <span aria-hidden="true">{isOpen.value ? '▾' : '▴'}</span>
            </button>
          </span>
        </div>
        {bar}
      </div>
    </aside>
  );
}

/** As high as the bar, so that nothing moves when the cart comes. */
export function CartSkeleton() {
  return (
    <aside class="cart" aria-hidden="true">
      <div class="cart-body">
        <Skeleton lines={3} />
      </div>
      <div class="cart-bar">
        <div class="cart-top">
          <Skeleton lines={2} />
        </div>
        <Button kind="main" isWide isOff>
          {'\u00A0'}
        </Button>
      </div>
    </aside>
  );
}
