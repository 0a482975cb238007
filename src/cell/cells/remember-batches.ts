import { packCarts } from '../selling/checkout.ts';
import type { CheckoutItem, CheckoutReply } from '../selling/checkout.ts';
import { packClaims } from '../selling/claim.ts';
import type { ClaimItem, ClaimReply } from '../selling/claim.ts';
import { keepCarts, keepClaims, keepPurchases } from '../selling/kept-entry.ts';
import { packPurchases } from '../selling/purchase.ts';
import type { PurchaseItem, PurchaseReply } from '../selling/purchase.ts';
import type { BatchMemory } from '../selling/script-batches.ts';
import type { SellingActivity } from '../selling/selling-activity.ts';
import type { AcknowledgedEntries } from './acknowledged-entries.ts';

/**
 * Makes the batches of each script remember the entries that they write.
 * @param activity is told of each batch that a cell answered
 */
export function rememberBatches(
  acknowledged: AcknowledgedEntries,
  activity: SellingActivity,
): {
  readonly purchases: BatchMemory<PurchaseItem, PurchaseReply>;
  readonly checkouts: BatchMemory<CheckoutItem, CheckoutReply>;
  readonly claims: BatchMemory<ClaimItem, ClaimReply>;
} {
  return {
    purchases: {
      pack: packPurchases,
      remember: (cell, reply, items, request) => {
        activity.note();
        if (reply.seq === null) return true;
        const kept = keepPurchases(items, request, reply);
        return acknowledged.remember(cell, reply.seq, reply.placed, kept);
      },
    },
    checkouts: {
      pack: packCarts,
      remember: (cell, reply, items) => {
        activity.note();
        if (reply.seq === null) return true;
        const kept = keepCarts(items, reply);
        return acknowledged.remember(cell, reply.seq, reply.placed, kept);
      },
    },
    claims: {
      pack: packClaims,
      remember: (cell, reply, items, request) => {
        activity.note();
        if (reply.seq === null) return true;
        const kept = keepClaims(items, request, reply);
        return acknowledged.remember(cell, reply.seq, reply.placed, kept);
      },
    },
  };
}
