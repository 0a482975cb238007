import type { EarlyAccess } from '../sale.ts';

/** Of a sale or an offer. Times are ms since 1970. */
interface Window {
  /** Null: the sale's. */
  readonly opensAtMs: number | null;
  readonly access: readonly EarlyAccess[];
}

/** From when on a member tier may order by these rows; Infinity: they do not name it. */
const earlyMs = (access: readonly EarlyAccess[], member: string | null): number =>
  Math.min(
    ...access.flatMap(({ members, fromMs }) =>
      member !== null && members.includes(member) ? [fromMs] : [],
    ),
  );

/**
 * From when on a shopper may order an offer, the same as lua/lib/sale_window.lua. An offer's own
 * rows of early access replace the sale's. The sale's rows open the sale, not an offer that opens
 * later by its own time.
 * @param member the shopper's tier; null: none
 */
export function opensForMs(sale: Window, offer: Window, member: string | null): number {
  const ownMs = offer.opensAtMs ?? 0;
  const openMs = Math.max(sale.opensAtMs ?? 0, ownMs);
  if (offer.access.length > 0) return Math.min(openMs, earlyMs(offer.access, member));
  return Math.min(openMs, Math.max(earlyMs(sale.access, member), ownMs));
}

/** Whether a shopper may order an offer at a moment, if the sale is open and not over. */
export const isOpenFor = (
  sale: Window,
  offer: Window,
  member: string | null,
  nowMs: number,
): boolean =>
  (nowMs >= (sale.opensAtMs ?? 0) && nowMs >= (offer.opensAtMs ?? 0)) ||
  nowMs >= opensForMs(sale, offer, member);

/** Early access as cells keep it: text, '' for none. Only lua/lib/sale_window.lua reads it. */
export const accessText = (access: readonly EarlyAccess[]): string =>
  access.length === 0 ? '' : JSON.stringify(access.map(({ members, fromMs }) => [fromMs, members]));
