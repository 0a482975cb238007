import { randomBytes } from 'node:crypto';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';
import type { Harness } from './harness.ts';
import type { Wares } from './wares.ts';
import { offerBody, saleBody } from '../../proof/builders/sale-files.ts';

export interface OnSale {
  readonly sale: string;
  readonly wares: Wares;
  /** Units of each offer, or claims, that the sale was opened with. */
  readonly amount: number;
}

/** A fresh name. All names have the same length, so that answers have it, too. */
export const saleName = (): string => `bench-${randomBytes(6).toString('hex')}`;

/** A sale of one cell that is open for decades and limits no shopper. */
export const benchSale = (id: string): SaleFile['sale'] => ({
  id,
  ...saleBody({ name: id, holdsPerShopper: 64, cooldown: { after: 64, seconds: 0 } }),
});

export const BENCH_STORE = 'bench-store';

/** An offer of the flash lane without a limit. */
export const benchOffer = (id: string, cap: number): SaleFile['offers'][number] => ({
  id,
  ...offerBody({ store: BENCH_STORE, title: 'Bench offer', cap, lane: 'flash' }),
});

/** Opens a fresh sale with this amount of the wares. */
export async function putOnSale(
  { admin }: Pick<Harness, 'admin'>,
  wares: Wares,
  amount: number,
): Promise<OnSale> {
  const sale = saleName();
  await admin.open(wares.sale(sale, amount));
  return { sale, wares, amount };
}

/** Closes a sale and dates its end back, so that no process spends time on it in later rounds. */
export async function retireSale(
  { admin, pool }: Pick<Harness, 'admin' | 'pool'>,
  id: string,
): Promise<void> {
  await admin.close(id);
  await pool.query("update sales set closes_at = now() - interval '2 days' where id = $1", [id]);
}
