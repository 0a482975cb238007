import { packCarts } from '../selling/checkout.ts';
import type { CheckoutItem, CheckoutReply } from '../selling/checkout.ts';
import { packClaims } from '../selling/claim.ts';
import type { ClaimItem, ClaimReply } from '../selling/claim.ts';
import { keepCarts, keepClaims, keepPurchases } from '../selling/kept-entry.ts';
import { packPurchases } from '../selling/purchase.ts';
import type { PurchaseItem, PurchaseReply } from '../selling/purchase.ts';
import type { BatchMemory } from '../selling/script-batches.ts';
import type { AcknowledgedEntries } from './acknowledged-entries.ts';

/** Makes the batches of each script remember the entries that they write. */
export function rememberBatches(acknowledged: AcknowledgedEntries): {
  readonly purchases: BatchMemory<PurchaseItem, PurchaseReply>;
  readonly checkouts: BatchMemory<CheckoutItem, CheckoutReply>;
  readonly claims: BatchMemory<ClaimItem, ClaimReply>;
} {
  return {
    purchases: {
      pack: packPurchases,
      remember: (cell, reply, items, request) =>
        reply.seq === null ||
        acknowledged.remember(cell, reply.seq, reply.placed, keepPurchases(items, request, reply)),
    },
    checkouts: {
      pack: packCarts,
      remember: (cell, reply, items) =>
        reply.seq === null ||
        acknowledged.remember(cell, reply.seq, reply.placed, keepCarts(items, reply)),
    },
    claims: {
      pack: packClaims,
      remember: (cell, reply, items, request) =>
        reply.seq === null ||
        acknowledged.remember(cell, reply.seq, reply.placed, keepClaims(items, request, reply)),
    },
  };
}
