import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Processes, SaleGlancePage } from '../../../client/index.ts';
import type { Load } from '../../kit/api/load.ts';
import type { Burn } from './burn.ts';
import type { History } from './history.ts';

/** What all views of the desk look at. It is read for as long as the page is open. */
export interface Desk {
  readonly processes: Load<Processes>;
  /** The first 1,000 sales by id; `next` is null when these are all. */
  readonly sales: Load<SaleGlancePage>;
  readonly history: ReadonlySignal<History>;
  readonly burn: ReadonlySignal<Burn>;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('this part stands outside the desk');
  return desk;
}
