import type { OfferFigures } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { offersWords } from './words.ts';

/** What was asked for, and what of it holds by now. */
export function CapFacts({ figures }: { readonly figures: OfferFigures }) {
  const words = useWords(offersWords).capForm;
  const formats = useFormats();
  const { cap, committed, available, debt } = figures;
  const facts = [
    [words.asked, cap],
    [words.effective, committed + available],
    [words.committed, committed],
    [words.debtNow, debt],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{formats.count(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
