import type { PoolClient } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { ShopperId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { ByCell } from './pots.ts';
import type { SaleRow } from '../sale-row.ts';

/** Coupons of a promotion: every one of the shoppers gets `each`. */
export interface CouponsGiven {
  readonly promotion: string;
  /** No shopper twice. */
  readonly shoppers: readonly ShopperId[];
  readonly each: number;
}

interface CouponRow {
  readonly shopper: ShopperId;
  readonly promotion: string;
  readonly granted: number;
}

/** At most this many shoppers go into one instruction. */
const SHOPPERS_PER_INSTRUCTION = 100;

const ofSale = query<CouponRow>('books/coupons/of-sale');
const setHomeCells = query('books/coupons/set-home-cells');

/** Tells each shopper's home cell about the coupons. */
export function couponInstructions(
  cells: number,
  { promotion, shoppers, each }: CouponsGiven,
): ByCell {
  const homes = Map.groupBy(shoppers, (shopper) => homeCell(shopper, cells));
  return (cell) => {
    const home = homes.get(cell) ?? [];
    const told: Instruction[] = [];
    for (let from = 0; from < home.length; from += SHOPPERS_PER_INSTRUCTION) {
      const some = home.slice(from, from + SHOPPERS_PER_INSTRUCTION);
      told.push({ kind: 'coupons', promotion, each, shoppers: some });
    }
    return told;
  };
}

/** At the first opening, gives the coupons granted so far to their shoppers' home cells. */
export async function dealCoupons(client: PoolClient, { id, cells }: SaleRow): Promise<ByCell> {
  const granted = await rows(client, ofSale, [id]);
  const shoppers = [...new Set(granted.map(({ shopper }) => shopper))];
  const homes = shoppers.map((shopper) => homeCell(shopper, cells));
  if (shoppers.length > 0) await run(client, setHomeCells, [id, shoppers, homes]);
  const alike = Map.groupBy(granted, ({ promotion, granted: each }) => `${each} ${promotion}`);
  const told = [...alike.values()].map((list) => {
    const { promotion, granted: each } = list[0]!;
    return couponInstructions(cells, { promotion, each, shoppers: list.map((row) => row.shopper) });
  });
  return (cell) => told.flatMap((of) => of(cell));
}
