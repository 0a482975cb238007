import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WholeSale } from './whole-sale.ts';

/** What all views of a sale share. */
export interface Desk {
  readonly sale: WholeSale;
  /** The merchant's own store; null: an operator, who sees all. */
  readonly ownStore: string | null;
  /** The store that the views show; null: all of them. */
  readonly shownStore: string | null;
  readonly isOperator: boolean;
  /** Reads the sale again, for instance after a change of its terms. */
  readonly refresh: () => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('this part stands outside the desk of a sale');
  return desk;
}
