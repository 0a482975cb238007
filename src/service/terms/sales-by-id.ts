import type { Directory } from '../../cell/sale-directory.ts';
import type { SaleId } from '../../domain/ids.ts';
import { liveFigures } from './live-figures.ts';
import type { LiveFigures } from './live-figures.ts';
import { saleView } from './sale-view.ts';
import type { ReadSaleDeps, SaleView } from './sale-view.ts';

/** All of it comes from this process's memory: no call to Redis or Postgres. */
export const saleIds = ({ directory }: { readonly directory: Directory }): SaleId[] =>
  directory.sales().map(({ sale }) => sale.id);

/** @returns null when there is no such sale */
export function saleViewById(deps: ReadSaleDeps, id: SaleId): SaleView | null {
  const known = deps.directory.sale(id);
  return known ? saleView(deps, known) : null;
}

/**
 * @param store only this store's offers, or null for all
 * @returns null when there is no such sale
 */
export function liveFiguresById(
  deps: ReadSaleDeps,
  id: SaleId,
  store: string | null,
): LiveFigures | null {
  const known = deps.directory.sale(id);
  return known ? liveFigures(deps, known, store) : null;
}
