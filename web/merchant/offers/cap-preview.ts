import type { OfferFigures } from '../../../client/index.ts';

/** What a new cap would do. All counts are units. */
export type CapPreview =
  | { readonly kind: 'same' }
  /** More go on sale. */
  | { readonly kind: 'raised'; readonly more: number; readonly repaid: number }
  /** Some come off sale, and `left` stay there. */
  | { readonly kind: 'lowered'; readonly fewer: number; readonly left: number }
  /** It is below what is sold and reserved: nothing is cancelled, the rest is debt. */
  | { readonly kind: 'debt'; readonly committed: number; readonly debt: number };

type Known = Pick<OfferFigures, 'cap' | 'committed'>;

/** @param cap the one that is typed */
export function previewCap(cap: number, known: Known): CapPreview {
  const { cap: asked, committed } = known;
  if (cap === asked) return { kind: 'same' };
  if (cap < committed) return { kind: 'debt', committed, debt: committed - cap };
  if (cap < asked) return { kind: 'lowered', fewer: asked - cap, left: cap - committed };
  // Debt is paid off first, and only the rest goes on sale.
  const repaid = Math.max(0, Math.min(committed, cap) - asked);
  return { kind: 'raised', more: cap - asked - repaid, repaid };
}

/** The parts of a bar: what is sold and reserved up to the cap, what is above it, what is left. */
export interface BarParts {
  readonly sold: number;
  readonly reserved: number;
  readonly debt: number;
  readonly left: number;
}

export function barParts({
  cap,
  committed,
  sold,
  available,
}: Pick<OfferFigures, 'cap' | 'committed' | 'sold' | 'available'>): BarParts {
  const shownSold = Math.min(sold, cap);
  const shownReserved = Math.min(committed - sold, cap - shownSold);
  const debt = committed - shownSold - Math.max(0, shownReserved);
  return { sold: shownSold, reserved: Math.max(0, shownReserved), debt, left: available };
}

const HUNDRED = 100;
const DEFAULT_PERCENT = 10;

/** From how many units left on the offer is low. @param warnAt as the API has it; null: default */
export function warnLine(
  warnAt: { readonly units?: number; readonly percent?: number } | null,
  cap: number,
): number {
  if (warnAt?.units !== undefined) return warnAt.units;
  return Math.floor((cap * (warnAt?.percent ?? DEFAULT_PERCENT)) / HUNDRED);
}
