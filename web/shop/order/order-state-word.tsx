import type { Order } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import { orderWords } from './words.ts';

const TONES: Readonly<Record<Order['state'], Tone>> = {
  reserved: 'warn',
  paid: 'good',
  partly_refunded: 'good',
  refunded: 'quiet',
  expired: 'quiet',
  cancelled: 'quiet',
};

export function OrderStateWord({ state }: { readonly state: Order['state'] }) {
  return <Badge tone={TONES[state]}>{useWords(orderWords).state[state]}</Badge>;
}
