import type { GetSaleResponse } from '../../client/index.ts';
import { msOf } from '../kit/time/timestamps.ts';

type Access = GetSaleResponse['access'];

/** When a sale or an offer opens, and which members may come earlier. */
interface Opening {
  /** Null: as the sale. */
  readonly opensAt: string | null;
  readonly access: Access;
}

const msOrStart = (text: string | null): number => (text === null ? 0 : msOf(text));

const earlyMs = (access: Access, member: string | null): number =>
  Math.min(
    ...access.flatMap(({ members, from }) =>
      member !== null && members.includes(member) ? [msOf(from)] : [],
    ),
  );

/**
 * From when on a shopper may order an offer. The service decides by the same rule: an offer's own
 * rows of early access replace the sale's. The sale's rows do not open an offer that opens later by
 * its own time.
 * @param offer null: any offer without a time of its own
 * @param member the shopper's tier; null: none
 */
export function opensForMs(sale: Opening, offer: Opening | null, member: string | null): number {
  const ownMs = msOrStart(offer?.opensAt ?? null);
  const openMs = Math.max(msOrStart(sale.opensAt), ownMs);
  if (offer && offer.access.length > 0) return Math.min(openMs, earlyMs(offer.access, member));
  return Math.min(openMs, Math.max(earlyMs(sale.access, member), ownMs));
}
