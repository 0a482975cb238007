import pg from 'pg';
import type { OrderState } from '../../../src/domain/order.ts';

export interface OrderRow {
  readonly id: string;
  readonly cell: number;
  readonly shopper: string;
  readonly key: string;
  readonly state: OrderState;
  readonly total: number;
  readonly refunded: number;
  readonly placedAtMs: number;
  /** When it stopped being a hold; null: it is one. */
  readonly heldUntilMs: number | null;
  readonly lines: readonly {
    readonly offer: string;
    readonly quantity: number;
    readonly price: number;
    readonly net: number;
    readonly isGift: boolean;
    readonly restocked: number;
  }[];
  readonly taken: readonly {
    readonly promotion: string;
    readonly discount: number;
    readonly budget: string | null;
    readonly isCoupon: boolean;
  }[];
}

export interface OfferRow {
  readonly id: string;
  readonly cap: number;
  readonly debt: number;
  readonly assigned: number;
  /** Units per shopper; null: no limit. */
  readonly most: number | null;
}

export interface AllotmentRow {
  readonly cell: number;
  readonly offer: string;
  readonly allotted: number;
  readonly held: number;
  readonly sold: number;
}

export interface PaymentRow {
  readonly id: string;
  readonly order: string;
  /** The id at the sandbox; null: the sandbox may not know it. */
  readonly ref: string | null;
  readonly amount: number;
  readonly state: string;
  /** What was given back for it, as far as the ledger knows. */
  readonly returned: number;
  /** Calls to the sandbox that are still to be made, or were given up. */
  readonly undone: number;
}

/** The ledger of one sale at one instant. Money in minor units, times in ms since 1970. */
export interface Snapshot {
  readonly orders: readonly OrderRow[];
  readonly offers: readonly OfferRow[];
  readonly allotments: readonly AllotmentRow[];
  readonly pots: readonly {
    readonly pot: string;
    readonly amount: number;
    readonly assigned: number;
    readonly allotted: number;
    readonly spent: number;
  }[];
  readonly coupons: readonly {
    readonly shopper: string;
    readonly promotion: string;
    readonly given: number;
    readonly used: number;
  }[];
  readonly payments: readonly PaymentRow[];
  readonly refunds: readonly {
    readonly id: string;
    readonly order: string;
    readonly cash: number;
  }[];
  readonly buried: readonly { readonly id: string; readonly reason: string }[];
  readonly gaps: readonly { readonly cell: number; readonly orders: number | null }[];
}

/** The checker's own statements: it shares none with the product. $1 is the sale. */
const STATEMENTS: Readonly<Record<keyof Snapshot, string>> = {
  orders: `
    select o.id, o.cell, o.shopper, o.key, o.state, o.total_minor as total,
      o.refunded_minor as refunded, extract(epoch from o.placed_at) * 1000 as "placedAtMs",
      (select min(extract(epoch from m.at)) * 1000 from order_moves m where m.order_id = o.id)
        as "heldUntilMs",
      (select coalesce(json_agg(json_build_object('offer', l.offer, 'quantity', l.quantity,
          'price', l.price_minor, 'net', l.net_minor, 'isGift', l.is_gift,
          'restocked', l.restocked) order by l.line), '[]')
        from order_lines l where l.order_id = o.id) as lines,
      (select coalesce(json_agg(json_build_object('promotion', p.promotion,
          'discount', p.discount_minor, 'budget', p.budget, 'isCoupon', p.is_coupon)
          order by p.place), '[]')
        from order_promotions p where p.order_id = o.id) as taken
    from orders o where o.sale = $1 order by o.id`,
  offers: `
    select id, cap, debt, assigned, limit_per_shopper as most from offers where sale = $1`,
  allotments: `
    select cell, offer, allotted, held, sold from allotments where sale = $1
    order by cell, offer`,
  pots: `
    select p.pot, p.amount, p.assigned, coalesce(sum(a.allotted), 0) as allotted,
      coalesce(sum(a.spent), 0) as spent
    from pots p left join pot_allotments a on a.sale = p.sale and a.pot = p.pot
    where p.sale = $1 group by p.pot, p.amount, p.assigned`,
  coupons: `
    select shopper, promotion, granted + claimed + returned as given, used
    from coupons where sale = $1`,
  payments: `
    select p.id, p.order_id as "order", p.ref, p.amount_minor as amount, p.state,
      (select coalesce(sum(c.amount_minor), 0) from provider_calls c
        where c.payment = p.id and c.kind = 'refund' and c.state = 'done') as returned,
      (select count(*) from provider_calls c
        where c.payment = p.id and c.state in ('due', 'dead')) as undone
    from payments p join orders o on o.id = p.order_id where o.sale = $1`,
  refunds: `
    select r.id, r.order_id as "order", r.cash_minor as cash
    from refunds r join orders o on o.id = r.order_id where o.sale = $1`,
  buried: `
    select coalesce(order_id, tag) as id, reason from dead_letters
    where sale = $1 and state = 'buried'`,
  gaps: `
    select cell, orders from gaps where sale = $1 and is_lost and resolved_at is null`,
};

const NUMERIC = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC] as const;
const BEGIN = 'begin isolation level repeatable read read only';

/** Bigints and numerics of this ledger are far below 2^53. */
function typesWithNumbers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  for (const type of NUMERIC) types.setTypeParser(type, Number);
  return types;
}

/** Reads the ledger in one REPEATABLE READ transaction, on a connection of its own. */
export async function readSnapshot(databaseUrl: string, sale: string): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: databaseUrl, types: typesWithNumbers() });
  await client.connect();
  try {
    await client.query(BEGIN);
    const read: Partial<Record<keyof Snapshot, unknown>> = {};
    for (const [name, text] of Object.entries(STATEMENTS)) {
      read[name as keyof Snapshot] = (await client.query(text, [sale])).rows;
    }
    await client.query('commit');
    return read as unknown as Snapshot;
  } finally {
    await client.end();
  }
}
