import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { promotionsWords } from './words.ts';

interface BurnProps {
  readonly name: string;
  readonly spent: number;
  readonly amount: number;
  readonly currency: string;
}

/** How much of a budget is spent, as a bar and in words. */
export function Burn({ name, spent, amount, currency }: BurnProps) {
  const words = useWords(promotionsWords);
  const formats = useFormats();
  const text = words.burn(formats.money(spent, currency), formats.money(amount, currency));
  return (
    <div class="burn">
      <p class="small">
        {name} <span class="muted">{text}</span>
      </p>
      <meter aria-label={`${name}: ${text}`} min={0} max={Math.max(1, amount)} value={spent} />
    </div>
  );
}
