import { randomBytes } from 'node:crypto';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';
import type { Hall } from './hall.ts';
import type { Wares } from './wares.ts';

export interface OnSale {
  readonly sale: string;
  readonly wares: Wares;
  /** What the sale was opened with. */
  readonly amount: number;
}

/** Names of the same length, so that answers are. */
export const saleName = (): string => `bench-${randomBytes(6).toString('hex')}`;

/** A sale of one cell that is open for decades. */
export const saleTerms = (id: string): SaleFile['sale'] => ({
  id,
  name: id,
  currency: 'CNY',
  opensAt: '2025-01-01T00:00:00.000Z',
  closesAt: '2099-12-31T00:00:00.000Z',
  payWithinSeconds: 900,
  holdsPerShopper: 64,
  cooldown: { after: 64, seconds: 0 },
});

/** A fresh sale, open, of so much of some wares. */
export async function putOnSale(
  { admin }: Pick<Hall, 'admin'>,
  wares: Wares,
  amount: number,
): Promise<OnSale> {
  const sale = saleName();
  await admin.open(wares.sale(sale, amount));
  return { sale, wares, amount };
}

/** Closed, and long over: no process looks at it any more, so that rounds stay alike. */
export async function retireSale(
  { admin, pool }: Pick<Hall, 'admin' | 'pool'>,
  id: string,
): Promise<void> {
  await admin.close(id);
  await pool.query("update sales set closes_at = now() - interval '2 days' where id = $1", [id]);
}
