import { useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { cartWords } from './words.ts';

interface StepperProps {
  readonly title: string;
  readonly units: number;
  /** The most units; more cannot be had. */
  readonly most: number;
  readonly isLocked: boolean;
  readonly onSet: (units: number) => void;
}

/** Puts units of an offer into the cart, and takes them out. */
export function Stepper({ title, units, most, isLocked, onSet }: StepperProps) {
  const words = useWords(cartWords);
  const isFull = isLocked || units >= most;
  if (units === 0) {
    return (
      <span class="stepper">
        <Button label={words.add(title)} isOff={isFull} onPress={() => onSet(1)}>
          <span aria-hidden="true">+</span>
        </Button>
      </span>
    );
  }
  return (
    <span class="stepper">
      <Button label={words.less(title)} isOff={isLocked} onPress={() => onSet(units - 1)}>
        <span aria-hidden="true">−</span>
      </Button>
      <output aria-label={words.units(title, units)}>{units}</output>
      <Button label={words.more(title)} isOff={isFull} onPress={() => onSet(units + 1)}>
        <span aria-hidden="true">+</span>
      </Button>
    </span>
  );
}
