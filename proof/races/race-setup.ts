import type { Pool } from 'pg';
import type { EntryOrder } from '../../src/domain/outbox-entry.ts';
import { homeCell, orderId } from '../../src/domain/ids.ts';
import type { CellId, OrderId } from '../../src/domain/ids.ts';
import { putBalances } from '../../src/ledger/terms/put-balances.ts';
import { grantCoupons } from '../../src/ledger/terms/grant-coupons.ts';
import { putBudget } from '../../src/ledger/terms/put-budget.ts';
import { putOffer } from '../../src/ledger/terms/put-offer.ts';
import { putPromotion } from '../../src/ledger/terms/promotions/put-promotion.ts';
import { cart, took } from '../builders/entries.ts';
import { OPERATOR, shopperId, storeId } from '../builders/ids.ts';
import { LedgerSale, cartOffer } from '../builders/ledger-sale.ts';
import { budget, promotion } from '../builders/promotions.ts';
import { carts } from './draw-attempts.ts';
import type { CartKind, Life } from './draw-attempts.ts';

export const PROVIDER = 'sandbox';
export const CURRENCY = 'CNY';

/** A reserved order in the ledger, with its payments. */
export interface Entrant {
  readonly id: OrderId;
  readonly cell: CellId;
  readonly totalMinor: number;
  readonly payments: readonly { readonly id: string; readonly ref: string }[];
  readonly life: Life;
}

/** Few, so that orders also meet in units, pots, wallets and inboxes. */
const CELLS = 4;
const SHOPPERS = 200;
const CAP = 1_000_000;
const PLENTY_MINOR = 50_000_000;
const COUPONS_EACH = 64;
const ORDERS_PER_ENTRY = 500;

const shoppers = Array.from({ length: SHOPPERS }, (_, i) => shopperId(`u${i}`));

/** All tables except those with initial rows, the notes of migrations, and changes: they stay. */
const TABLES = `select string_agg(format('%I', tablename), ', ') as tables from pg_tables
  where schemaname = 'public'
    and tablename not in ('revision', 'pgmigrations', 'changes', 'change_chains')`;

/** Payments as they are after they began and after the provider answered. */
const PAYMENTS = `
  insert into payments (id, order_id, number, provider, ref, amount_minor, currency, state,
    checkout)
  select id, order_id, number, '${PROVIDER}', ref, amount, '${CURRENCY}', state,
    case when state = 'creating' then null else '{}'::jsonb end
  from unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::bigint[], $6::text[])
    as p (id, order_id, number, ref, amount, state)`;

/** Enough of everything, and wallets that show what comes back to them. */
async function openSale(databaseUrl: string): Promise<LedgerSale> {
  const sale = await LedgerSale.create({ databaseUrl }, { cells: CELLS });
  const { pool, id } = sale;
  for (const offer of ['a', 'b'])
    await putOffer(pool, id, cartOffer(offer, { cap: CAP }), OPERATOR);
  await putOffer(pool, id, cartOffer('c', { cap: CAP, store: storeId('s2') }), OPERATOR);
  await putBudget(pool, id, budget('purse', { amountMinor: PLENTY_MINOR }), OPERATOR);
  await putPromotion(pool, id, promotion('c', { isCoupon: true, budget: 'purse' }), OPERATOR);
  const grant = { promotion: 'c', shoppers, each: COUPONS_EACH, key: 'k' };
  await grantCoupons(pool, id, grant, OPERATOR);
  for (const shopper of shoppers) {
    await putBalances(pool, id, shopper, { points: CAP, redPacketMinor: PLENTY_MINOR }, OPERATOR);
  }
  await sale.open(CELLS);
  return sale;
}

/** Nets that their units do not divide, so that rounding shows. */
function orderOf(kind: CartKind, shopper: string): EntryOrder {
  const [first, second] = carts[kind];
  const lines = ['a', 's1', first, 1_000, ...(second ? ['c', 's2', second, 3_000] : [])];
  if (kind === 'plain') return cart({ shopper, lines });
  const own = took('own', [100, 35], { layer: 'store', funder: 'store' });
  if (kind === 'odd') return cart({ shopper, lines, applied: [own] });
  const applied = [
    own,
    took('c', [40, 60], { isCoupon: true, budget: 'purse' }),
    took('red_packet', [200, 300], { layer: 'red_packet' }),
    took('points', [4, 3], { layer: 'points' }),
  ];
  return cart({ shopper, lines, gifts: ['b', 's1', 1], applied, points: 7 });
}

interface Placed {
  readonly cell: number;
  readonly order: EntryOrder;
  readonly life: Life;
}

async function settleAll(sale: LedgerSale, placed: readonly Placed[]): Promise<void> {
  for (const [cell, list] of Map.groupBy(placed, (one) => one.cell)) {
    for (let from = 0; from < list.length; from += ORDERS_PER_ENTRY) {
      const orders = list.slice(from, from + ORDERS_PER_ENTRY).map(({ order }) => order);
      const { orders: settled } = await sale.settle({ orders }, cell);
      if (settled !== orders.length) throw new Error(`${settled} of ${orders.length} settled`);
    }
  }
}

function entrantOf(sale: LedgerSale, { cell, order, life }: Placed): Entrant {
  const id = orderId(sale.cell(cell), order.serial);
  return {
    id,
    cell: sale.cell(cell),
    totalMinor: order.lines.reduce((sum, { netMinor }) => sum + netMinor, 0),
    payments: Array.from({ length: life.payments }, (_, i) => {
      return { id: `${id}_p${i + 1}`, ref: `ref_${id}_${i + 1}` };
    }),
    life,
  };
}

/** The last payment of an order is open or being created; a payment before it failed. */
async function beginPayments(pool: Pool, entrants: readonly Entrant[]): Promise<void> {
  const list = entrants.flatMap(({ id, totalMinor, payments, life: { isCreating } }) =>
    payments.map((payment, i) => {
      const isLast = i === payments.length - 1;
      const state = !isLast ? 'failed' : isCreating ? 'creating' : 'open';
      return { ...payment, order: id, number: i + 1, totalMinor, state };
    }),
  );
  await pool.query(PAYMENTS, [
    list.map(({ id }) => id),
    list.map(({ order }) => order),
    list.map(({ number }) => number),
    list.map(({ ref, state }) => (state === 'creating' ? null : ref)),
    list.map(({ totalMinor }) => totalMinor),
    list.map(({ state }) => state),
  ]);
}

/**
 * Empties the ledger, then settles an order for each life in a new sale, with payments begun.
 * @param pool of the same database
 */
export async function setUp(
  { databaseUrl, pool }: { readonly databaseUrl: string; readonly pool: Pool },
  lives: readonly Life[],
): Promise<Entrant[]> {
  const { rows } = await pool.query<{ tables: string }>(TABLES);
  await pool.query(`truncate ${rows[0]!.tables} restart identity cascade`);
  const sale = await openSale(databaseUrl);
  try {
    const placed = lives.map((life, i): Placed => {
      const shopper = shoppers[i % SHOPPERS]!;
      return { cell: homeCell(shopper, CELLS), order: orderOf(life.cart, shopper), life };
    });
    await settleAll(sale, placed);
    const entrants = placed.map((one) => entrantOf(sale, one));
    await beginPayments(pool, entrants);
    await pool.query('analyze');
    return entrants;
  } finally {
    await sale.close();
  }
}
