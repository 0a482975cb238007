import type { CellId } from '../ids.ts';

/** `new`: never opened yet · `diverged`: its outbox does not continue the ledger's chain. */
export type CellState = 'new' | 'recovering' | 'open' | 'diverged';

/** SHAs of the scripts that every process calls, by name, as the opener loaded them. */
export type CellShas = Readonly<
  Record<'purchase' | 'checkout' | 'claim' | 'instruct' | 'read' | 'lookup' | 'wallets', string>
>;

/** A cell as the ledger records it. */
export interface CellRecord {
  readonly id: CellId;
  readonly epoch: number;
  readonly state: CellState;
  /** The script protocol of the release that opened it or recovers it; 0: never opened. */
  readonly protocol: number;
  readonly shas: CellShas | null;
}
