import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Deed } from './pausing.ts';

/** What the operator is about to do; null: nothing. */
export interface Asked {
  readonly deed: Deed;
  /** The id of a sale, `ALL`, or empty: the operator chooses. */
  readonly which: string;
}

export type Acting = Signal<Asked | null>;

export const createActing = (): Acting => signal<Asked | null>(null);

export const ActingContext = createContext<Acting | null>(null);

/** Opens the dialog that pauses and resumes. */
export function useActing(): Acting {
  const acting = useContext(ActingContext);
  if (!acting) throw new Error('this part stands outside the desk');
  return acting;
}
