import { lineAt, type Rule } from './source.ts';

/** Words that no reader needs, each with what to write instead. */
const phrases: Readonly<Record<string, string>> = {
  'another than': 'different from, or: not … but …',
  'so many': 'a number, or: n',
  'reckon(?:s|ed|ing)?': 'calculate, count',
  'mend(?:s|ed|ing)?': 'fix, repair',
  'hears? of': 'learns that, is told',
  'takes no place from': 'does not count against',
  '(?:is|are) to be had': 'is available',
  'by who bears': 'by funder',
  whichever: 'any, or name the cases',
  wherein: 'in which',
  whoever: 'name the actor',
};

/** A phrase may go on in the next line of a comment. */
const gap = '\\s+(?:(?:[*#]|//|--)\\s+)?';
const patterns = Object.entries(phrases).map(([phrase, instead]) => ({
  pattern: new RegExp(`\\b${phrase.replaceAll(' ', gap)}\\b`, 'gi'),
  instead,
}));

export const englishIsPlain: Rule = ({ path, text }) =>
  patterns.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => {
      const line = lineAt(text, index);
      return `${path}:${line}: "${found.replaceAll(/\s+/g, ' ')}": write ${instead}`;
    }),
  );
