import { useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import type { OrderState } from './filters.ts';
import { ordersWords } from './words.ts';

const TONES: Readonly<Record<OrderState, Tone>> = {
  reserved: 'warn',
  paid: 'good',
  partly_refunded: 'warn',
  refunded: 'quiet',
  expired: 'bad',
  cancelled: 'quiet',
};

export function OrderStateWord({ state }: { readonly state: OrderState }) {
  return <Badge tone={TONES[state]}>{useWords(ordersWords).states[state]}</Badge>;
}
