import { Money } from '../../kit/parts/show/money.tsx';
import { MAX_QUANTITY, without, withQuantity } from './cart.ts';
import type { CartContent, CartLine } from './cart.ts';
import { Stepper } from './stepper.tsx';

interface CartLinesProps {
  readonly cart: CartContent;
  readonly currency: string;
  readonly isLocked: boolean;
  /** The most units of a line that one shopper may have. */
  readonly mostOf: (line: CartLine) => number;
  readonly onChange: (cart: CartContent) => void;
}

/** What is in the cart, with what each line costs before anything comes off. */
export function CartLines({ cart, currency, isLocked, mostOf, onChange }: CartLinesProps) {
  const set = ({ offer }: CartLine, units: number) => {
    // The line goes, and the focus would be lost with it.
    if (units === 0) document.querySelector<HTMLElement>('#cart')?.focus({ preventScroll: true });
    onChange(units === 0 ? without(cart, offer) : withQuantity(cart, offer, units));
  };
  return (
    <ul class="receipt">
      {cart.lines.map((line) => (
        <li key={line.offer} class="receipt-row">
          <span>{line.title}</span>
          <Stepper
            title={line.title}
            units={line.quantity}
            most={Math.min(mostOf(line), MAX_QUANTITY)}
            isLocked={isLocked}
            onSet={(units) => set(line, units)}
          />
          <Money minor={line.price * line.quantity} currency={currency} />
        </li>
      ))}
    </ul>
  );
}
