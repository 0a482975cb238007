/**
 * What the ledger tells a cell: numbered from 1 per cell without a gap, each applied once.
 * Field names are those the script reads. Times are ms since 1970; 0 stands for none.
 */
export type Instruction =
  | { readonly kind: 'units'; readonly offer: string; readonly units: number }
  | ({ readonly kind: 'offer' } & OfferInstruction)
  | ({ readonly kind: 'sale' } & SaleInstruction)
  | { readonly kind: 'state'; readonly state: 'open' | 'paused' | 'closed' }
  | ({ readonly kind: 'release' } & ReleaseInstruction);

/** An offer's terms for a cell. `limit` 0: none; `opens_at`, `closes_at` 0: the sale's. */
export interface OfferInstruction {
  readonly offer: string;
  readonly store: string;
  readonly lane: 'flash' | 'cart';
  readonly price: number;
  readonly limit: number;
  readonly opens_at: number;
  readonly closes_at: number;
}

export interface SaleInstruction {
  readonly opens_at: number;
  readonly closes_at: number;
  readonly pay_within: number;
  readonly rules_version: number;
}

/**
 * A buried order given up by an operator: its units, its limit and its key are free again. It is
 * named by its serial, for another order of the shopper may stand under the same key.
 */
export interface ReleaseInstruction {
  readonly shopper: string;
  readonly serial: string;
  readonly offer: string;
  readonly units: number;
}

export interface NumberedInstruction {
  readonly number: number;
  readonly body: Instruction;
}

/** Instructions applied in one script call, at most. */
export const INSTRUCTIONS_PER_CALL = 100;
