import { defineWords } from './dictionary.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** What the parts of the kit say, in every language. */
export const kitWords = defineWords(en, { zh });
