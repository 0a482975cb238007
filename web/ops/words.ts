import { defineWords } from '../kit/words/dictionary.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

/** What the operator's desk says, in every language. */
export const opsWords = defineWords(en, { zh });
export type OpsWords = typeof en;
