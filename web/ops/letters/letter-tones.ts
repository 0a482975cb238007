import type { DeadLetter } from '../../../client/index.ts';
import type { Tone } from '../../kit/parts/show/badge.tsx';

export const LETTER_TONES: Readonly<Record<DeadLetter['state'], Tone>> = {
  buried: 'bad',
  replayed: 'good',
  released: 'quiet',
};
