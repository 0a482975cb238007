import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk-context.ts';
import { titleOf } from '../desk/whole-sale.ts';
import { ruleSentence } from './rule-sentence.ts';
import { promotionsWords } from './words.ts';

/** Writes the rules of this sale's promotions. */
export function useSentence() {
  const { rule: words } = useWords(promotionsWords);
  const formats = useFormats();
  const { sale } = useDesk();
  const parts = {
    words,
    formats,
    currency: sale.currency,
    titleOf: (offer: string) => titleOf(sale, offer),
  };
  return (rule: Parameters<typeof ruleSentence>[0]): string => ruleSentence(rule, parts);
}
