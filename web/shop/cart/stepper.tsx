import { useLayoutEffect, useRef } from 'preact/hooks';
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
  const own = useRef<HTMLSpanElement>(null);
  const isEmptied = useRef(false);
  useLayoutEffect(() => {
    // "−" is gone with the last unit, and the focus would be lost with it.
    if (isEmptied.current) own.current?.querySelector<HTMLElement>('button')?.focus();
    isEmptied.current = false;
  }, [units === 0]);
  const takeOne = () => {
    isEmptied.current = units === 1;
    onSet(units - 1);
  };
  return (
    <span class="stepper" ref={own}>
      {units > 0 && (
        <Button key="less" label={words.less(title)} isOff={isLocked} onPress={takeOne}>
          <span aria-hidden="true">−</span>
        </Button>
      )}
      {units > 0 && (
        <output key="units" aria-label={words.units(title, units)}>
          {units}
        </output>
      )}
      <Button
        key="more"
        label={units === 0 ? words.add(title) : words.more(title)}
        isOff={isLocked || units >= most}
        onPress={() => onSet(units + 1)}
      >
        <span aria-hidden="true">+</span>
      </Button>
    </span>
  );
}
