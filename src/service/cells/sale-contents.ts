import type { SaleContents } from '../../cell/cells/load-contents.ts';
import { accessText } from '../../domain/terms/opening.ts';
import type { SaleRow } from '../../ledger/sale-row.ts';

const MS = 1_000;

/** What the cells of a sale know of it. @throws when it was never opened */
export function saleContents(sale: SaleRow): SaleContents {
  if (sale.state === 'draft') throw new Error(`sale ${sale.id} was never opened`);
  return {
    state: sale.state,
    opensAtMs: sale.opensAtMs,
    closesAtMs: sale.closesAtMs,
    payWithinMs: sale.payWithinS * MS,
    rulesVersion: sale.rulesVersion,
    holdLimit: sale.holdsPerShopper,
    cooldownAfter: sale.cooldownAfter,
    cooldownMs: sale.cooldownS * MS,
    access: accessText(sale.access),
  };
}
