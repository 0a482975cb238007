import type { Effect } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk-context.ts';
import { titleOf } from '../desk/whole-sale.ts';
import { effectText, ruleSentence } from './rule-sentence.ts';
import type { SentenceParts } from './rule-sentence.ts';
import { promotionsWords } from './words.ts';

function useParts(): SentenceParts {
  const { rule: words } = useWords(promotionsWords);
  const formats = useFormats();
  const { sale } = useDesk();
  return { words, formats, currency: sale.currency, titleOf: (offer) => titleOf(sale, offer) };
}

/** Writes the rules of this sale's promotions. */
export function useSentence() {
  const parts = useParts();
  return (rule: Parameters<typeof ruleSentence>[0]): string => ruleSentence(rule, parts);
}

/** Writes what an effect does, of which nobody says who pays. */
export function useEffectText() {
  const parts = useParts();
  return (effect: Effect): string => effectText(effect, parts);
}
