import type { Fault } from '../domain/sale.ts';

/**
 * What became of a change. `unchanged`: as it was before, nothing was written · `unknown`: there is
 * no such sale, or promotion · `foreign`: another's · `reused`: its key named another grant.
 */
export type ChangeOutcome =
  | { readonly kind: 'created' | 'changed' | 'unchanged' }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'unknown' | 'foreign' | 'reused' }
  | { readonly kind: 'invalid'; readonly errors: readonly Fault[] };
