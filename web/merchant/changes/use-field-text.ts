import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { useEffectText } from '../promotions/use-sentence.ts';
import { readEffect } from './effect-guard.ts';
import { changesWords } from './words.ts';

/** In minor units. */
const AMOUNTS: readonly string[] = ['price', 'listPrice', 'amount', 'cash', 'redPacket'];
const TIMES: readonly string[] = ['opensAt', 'closesAt', 'visibleFrom'];

/** Writes a field of a change as people read it. */
export function useFieldText() {
  const words = useWords(changesWords);
  const formats = useFormats();
  const effectText = useEffectText();
  const { clock } = usePage();
  const { sale } = useDesk();
  return (name: string, value: unknown): string => {
    if (value === null || value === undefined) return words.nothing;
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    if (typeof value === 'number') {
      return AMOUNTS.includes(name) ? formats.money(value, sale.currency) : formats.count(value);
    }
    if (typeof value === 'string') {
      return TIMES.includes(name) ? formats.dayTime(msOf(value), clock.now()) : value;
    }
    const effect = readEffect(value);
    if (effect) return effectText(effect);
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
      return value.length === 0 ? words.nothing : value.join(', ');
    }
    return JSON.stringify(value);
  };
}

/** The name of a field; its own in the API when there is no better one. */
export function useFieldName() {
  const words: Readonly<Record<string, string>> = useWords(changesWords).fields;
  return (name: string): string => words[name] ?? name;
}
