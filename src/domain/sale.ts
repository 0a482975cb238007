import type { OfferId, SaleId, StoreId } from './ids.ts';
import type { Budget, Layer, Promotion } from './promotion.ts';

/** Bounds of what a merchant may set. The arithmetic of stacking limits the activity. */
export const MAX_CAP = 1_000_000_000;
export const MAX_ACTIVITY_MINOR = 90_000_000;
export const MAX_QUANTITY = 999;
export const MAX_LINES = 50;
export const MAX_CELLS = 256;
export const MAX_OFFERS = 10_000;
export const MAX_PAY_WITHIN_S = 7 * 24 * 3600;
export const MAX_COOLDOWN_S = 24 * 3600;
/** The most orders of one shopper in a sale. */
export const MAX_ORDERS = 64;
/** Characters of the address of a picture. */
export const MAX_IMAGE = 500;
export const MAX_ACCESS_ROWS = 8;
export const MAX_ACCESS_MEMBERS = 16;
/** Every offer of a sale may be of another store. */
export const MAX_STORES = MAX_OFFERS;

export type Lane = 'flash' | 'cart';
/** `draft`: never opened yet · `closed` is final. */
export type SaleState = 'draft' | 'open' | 'paused' | 'closed';

/** What an operator may do to a sale. A repeated move changes nothing. */
export const saleMoves = {
  open: { from: ['draft'], to: 'open' },
  pause: { from: ['open'], to: 'paused' },
  resume: { from: ['paused'], to: 'open' },
  close: { from: ['open', 'paused'], to: 'closed' },
} as const satisfies Record<string, { from: readonly SaleState[]; to: SaleState }>;
export type SaleMove = keyof typeof saleMoves;

/** Shoppers of these member tiers may order from `fromMs` on, before all others. */
export interface EarlyAccess {
  readonly members: readonly string[];
  readonly fromMs: number;
}

/** An offer counts as low at or below this many units, or this share of its cap. 0: never. */
export type WarnAt = { readonly units: number } | { readonly percent: number };

/** What an operator sets on a sale. `cells` and `currency` are fixed from the first opening. */
export interface SaleTerms {
  readonly name: string;
  readonly currency: string;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly payWithinS: number;
  readonly cells: number;
  readonly layers: readonly Layer[];
  /** The worth of a point, in minor units. */
  readonly pointsRate: number;
  /** The most unpaid orders that a shopper may have at once, 1 to 64. */
  readonly holdsPerShopper: number;
  /** A shopper waits after this number of orders expired unpaid, 1 to 64. */
  readonly cooldownAfter: number;
  /** How long the shopper waits after the last of them. */
  readonly cooldownS: number;
  /** A partial refund prices the kept units again, and keeps back what they no longer earn. */
  readonly hasClawback: boolean;
  /** At most 8 rows, for every offer that has no rows of its own. */
  readonly access: readonly EarlyAccess[];
  /** From then on everyone sees the sale, though it is a draft; null: from its opening on. */
  readonly visibleFromMs: number | null;
}

/** How much the merchants of a store may set in a sale. */
export interface StoreBounds {
  readonly offersMax: number;
  readonly promotionsMax: number;
}

/** A store that is a member of a sale: its merchants may set offers and promotions there. */
export interface SaleStore extends StoreBounds {
  readonly store: StoreId;
}

export const DEFAULT_BOUNDS: StoreBounds = { offersMax: 1_000, promotionsMax: 100 };

/** What a merchant sets on an offer. `store` and `lane` are fixed from the sale's first opening. */
export interface OfferTerms {
  readonly store: StoreId;
  readonly title: string;
  readonly priceMinor: number;
  readonly listPriceMinor: number;
  readonly cap: number;
  readonly limitPerShopper: number | null;
  readonly lane: Lane;
  readonly categories: readonly string[];
  readonly excludes: readonly string[];
  /** The offer's own window inside the sale's, or null for the sale's. */
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
  /** At most 8 rows, which replace the sale's. */
  readonly access: readonly EarlyAccess[];
  /** It takes no orders, and is no gift either, until somebody resumes it. */
  readonly isPaused: boolean;
  /** Null: 10 % of the cap. */
  readonly warnAt: WarnAt | null;
  /** The https address of a picture; null: none. */
  readonly image: string | null;
}

export interface Offer extends OfferTerms {
  readonly id: OfferId;
}

/** An offer as a PUT or a sale file sets it. `isPaused` null: it stays as it is. */
export interface OfferPut extends Omit<Offer, 'isPaused'> {
  readonly isPaused: boolean | null;
}

/** The terms of an offer that may change at any time. An absent one stays. New orders get them. */
export type OfferPatch = Partial<
  Pick<
    OfferTerms,
    | 'title'
    | 'cap'
    | 'priceMinor'
    | 'listPriceMinor'
    | 'limitPerShopper'
    | 'categories'
    | 'excludes'
    | 'opensAtMs'
    | 'closesAtMs'
    | 'access'
    | 'isPaused'
    | 'warnAt'
    | 'image'
  >
>;

/**
 * An offer's cap, in units. After a cut, the units that are still reserved or sold above the cap
 * are debt. Withdrawals and returned units pay it. No acknowledged order is cancelled for it.
 */
export interface CapView {
  /** The cap that was set last. */
  readonly asked: number;
  /** The units that cells have: reserved, sold or on sale. */
  readonly effective: number;
  /** The units that are reserved or sold, by the ledger. */
  readonly committed: number;
  /** effective − asked, where that is above 0. */
  readonly debt: number;
}

export interface Sale extends SaleTerms {
  readonly id: SaleId;
  readonly state: SaleState;
  readonly rulesVersion: number;
  /** Its members, sorted by id, by code unit. */
  readonly stores: readonly SaleStore[];
  readonly offers: readonly Offer[];
  readonly budgets: readonly Budget[];
  /** Sorted by id, by code unit. */
  readonly promotions: readonly Promotion[];
}

/** A fault in a document. `pointer`: a JSON pointer to the place. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** Finds stores that a list names twice. Pointers are those of the PUT body and the file. */
export function storesFaults(stores: readonly SaleStore[]): Fault[] {
  const seen = new Set<string>();
  return stores.flatMap(({ store }, i) => {
    if (seen.size < seen.add(store).size) return [];
    return [{ pointer: `/stores/${i}/store`, detail: 'is listed twice' }];
  });
}

/** @param opensAtMs from when on everybody may order */
function accessFaults(access: readonly EarlyAccess[], opensAtMs: number): Fault[] {
  return access.flatMap(({ fromMs }, row) =>
    fromMs < opensAtMs
      ? []
      : [{ pointer: `/access/${row}/from`, detail: 'must be before everybody may order' }],
  );
}

/** Checks rules that a schema cannot state. Pointers are those of the PUT body and the file. */
export function saleFaults({ opensAtMs, closesAtMs, access }: SaleTerms): Fault[] {
  const faults = accessFaults(access, opensAtMs);
  if (closesAtMs <= opensAtMs) {
    faults.push({ pointer: '/closesAt', detail: 'must be after opensAt' });
  }
  return faults;
}

/** @param sale the one that the offer is in; its own times hold where the offer names none */
export function offerFaults(
  terms: Omit<OfferTerms, 'isPaused'>,
  sale: Pick<SaleTerms, 'opensAtMs'>,
): Fault[] {
  const { opensAtMs, closesAtMs } = terms;
  const faults = accessFaults(terms.access, Math.max(sale.opensAtMs, opensAtMs ?? 0));
  if (opensAtMs !== null && closesAtMs !== null && closesAtMs <= opensAtMs) {
    faults.push({ pointer: '/closesAt', detail: 'must be after opensAt' });
  }
  if (terms.listPriceMinor < terms.priceMinor) {
    faults.push({ pointer: '/listPrice', detail: 'must not be below price' });
  }
  // The schema knows no highest port, nor which numbers are an address.
  if (terms.image !== null && URL.parse(terms.image) === null) {
    faults.push({ pointer: '/image', detail: 'must be a URL' });
  }
  return faults;
}
