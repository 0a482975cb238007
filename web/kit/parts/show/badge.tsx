import type { ComponentChildren } from 'preact';
import { useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** A shape for each tone: no state is told by colour alone. */
const SHAPES: Readonly<Record<Tone, string>> = { good: '●', warn: '▲', bad: '■', quiet: '○' };

export function Badge(props: { readonly tone: Tone; readonly children: ComponentChildren }) {
  const { tone, children } = props;
  return (
    <span class={`badge badge-${tone}`}>
      <span aria-hidden="true">{SHAPES[tone]}</span>
      {children}
    </span>
  );
}

type SaleState = 'draft' | 'open' | 'paused' | 'closed';
const SALE_TONES: Readonly<Record<SaleState, Tone>> = {
  draft: 'quiet',
  open: 'good',
  paused: 'warn',
  closed: 'quiet',
};

export function SaleStateWord({ state }: { readonly state: SaleState }) {
  return <Badge tone={SALE_TONES[state]}>{useWords(kitWords).state[state]}</Badge>;
}

type StockLevel = 'in_stock' | 'low' | 'sold_out';
const STOCK_TONES: Readonly<Record<StockLevel, Tone>> = {
  in_stock: 'good',
  low: 'warn',
  sold_out: 'bad',
};

export function StockWord({ stock }: { readonly stock: StockLevel }) {
  return <Badge tone={STOCK_TONES[stock]}>{useWords(kitWords).stock[stock]}</Badge>;
}
