import type { Fault } from '../domain/sale.ts';

/**
 * How a change ended. `unchanged`: it was so before, and nothing was written · `unknown`: there is
 * no such thing · `foreign`: it belongs to another store · `reused`: its key named a different
 * grant before · `stale`: the thing is not as the change expects it. `version`: of the thing as it
 * is; absent when it has none.
 */
export type ChangeOutcome =
  | { readonly kind: 'created' | 'changed' | 'unchanged'; readonly version?: string }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'unknown' | 'foreign' | 'reused' | 'stale' }
  | { readonly kind: 'invalid'; readonly errors: readonly Fault[] };
