import type { Fault } from '../domain/sale.ts';

/**
 * How a change ended. `unchanged`: it was so before, and nothing was written · `unknown`: there is
 * no such sale or promotion · `foreign`: it belongs to another store · `reused`: its key named a
 * different grant before.
 */
export type ChangeOutcome =
  | { readonly kind: 'created' | 'changed' | 'unchanged' }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'unknown' | 'foreign' | 'reused' }
  | { readonly kind: 'invalid'; readonly errors: readonly Fault[] };
