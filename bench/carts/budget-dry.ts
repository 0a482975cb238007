import type { Pool } from 'pg';
import { auditArm, untilSettled, warmTokens, wishOf } from '../over-http/arms.ts';
import { cartOrders, cartRequests, cartSale, CROSS } from './cart-wares.ts';
import type { Policy } from './cart-wares.ts';
import { figuresOf } from '../run/round-figures.ts';
import { openHarness } from '../over-http/open-harness.ts';
import type { Harness } from '../over-http/harness.ts';
import { putOnSale } from '../over-http/put-on-sale.ts';
import { expectOnly, measuredRush } from '../over-http/measured-rush.ts';
import { turned } from '../over-http/paired-with-echo.ts';
import { checkCarts } from '../over-http/rush-check.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { Wares } from '../over-http/wares.ts';

const BUDGET = 'cross-budget';
const ORDERS = 10_000;
/** Half of what the carts ask for, plus one cent, which is less than any discount. */
const BUDGET_MINOR = ORDERS * CROSS.off + 1;
const POLICIES: readonly Policy[] = ['partial', 'whole'];

/** Carts with one unit per line get 50.00 off, carts with two units per line 150.00. */
const requests = [...cartRequests(1), ...cartRequests(2)];

/** Carts of a sale whose platform promotion draws from a budget that runs out. */
const waresOf = (policy: Policy): Wares => ({
  ...cartOrders,
  requests,
  sale: (id, units) =>
    cartSale(id, { units, budget: { id: BUDGET, amount: BUDGET_MINOR, policy } }),
  check: (pool, { sale, journals, amount }) =>
    checkCarts(pool, { sale, journals, caps: new Map(requests.map(({ id }) => [id, amount])) }),
});

/** Reads the tables directly. An order is dry if it came after the last order with a discount. */
const SPENT = `
  with given as (
    select o.seq, p.discount_minor, p.discount_minor = p.basis_minor / $3 * $4 as is_whole
    from orders o
    join order_promotions p on p.order_id = o.id
    where o.sale = $1 and p.budget = $2
  )
  select coalesce(sum(discount_minor), 0)::float8 as spent,
    coalesce(bool_and(is_whole), true) as "isWhole",
    (select count(*) from orders
      where sale = $1 and seq > (select max(seq) from given))::integer as "ordersAfterDry"
  from given`;

interface Spent {
  /** In minor units, summed from the orders' own shares. */
  readonly spent: number;
  /** True when no order got only part of a discount. */
  readonly isWhole: boolean;
  readonly ordersAfterDry: number;
}

async function spentOf(pool: Pool, sale: string): Promise<Spent> {
  const { rows } = await pool.query<Spent>(SPENT, [sale, BUDGET, CROSS.every, CROSS.off]);
  return rows[0]!;
}

/** @throws NoNumber when the orders got one cent too much or too little */
function expectPolicy(policy: Policy, { spent, isWhole, ordersAfterDry }: Spent): void {
  const said = `${policy}: ${spent} of ${BUDGET_MINOR} spent`;
  const left = BUDGET_MINOR - spent;
  if (left < 0) throw new NoNumber(`${said}: too much`);
  if (ordersAfterDry === 0) throw new NoNumber(`${said}: the budget did not run dry`);
  if (policy === 'partial' && left > 0) throw new NoNumber(`${said}: ${left} are left`);
  if (policy === 'whole' && !isWhole) {
    throw new NoNumber(`${said}: an order got part of a discount`);
  }
  if (left >= CROSS.off) throw new NoNumber(`${said}: the rest pays for another discount`);
}

/** Sends carts at full rate while the worker settles, until long after the budget is empty. */
async function runDry(harness: Harness, policy: Policy, connections: number) {
  const onSale = await putOnSale(harness, waresOf(policy), PLENTY);
  const wish = wishOf(harness, onSale, { seconds: 1, connections });
  const rushed = await measuredRush(harness, { ...wish, length: { purchases: ORDERS }, pids: {} });
  expectOnly('placed', rushed, policy);
  await untilSettled(harness, onSale, ORDERS);
  const spent = await spentOf(harness.pool, onSale.sale);
  expectPolicy(policy, spent);
  await auditArm(harness, onSale, [rushed.journal]);
  return { ...spent, rushed };
}

async function round(harness: Harness, world: BenchWorld, number: number) {
  const connections = Math.max(...world.options.connections);
  const figures: Record<string, number> = { ordersAfterDry: 0 };
  for (const policy of turned(POLICIES, number)) {
    const { spent, ordersAfterDry, rushed } = await runDry(harness, policy, connections);
    const name = policy === 'partial' ? 'Partial' : 'Whole';
    figures[`spent${name}`] = spent;
    figures[`budget${name}`] = BUDGET_MINOR;
    figures[`ordersPerSecond${name}`] = rushed.perSecond;
    figures['ordersAfterDry']! += ordersAfterDry;
    world.say(`round ${number} · ${policy}: ${spent} of ${BUDGET_MINOR}, then ${ordersAfterDry}`);
  }
  return figures;
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const harness = await openHarness(world, [cartOrders]);
  try {
    await warmTokens(harness, Math.max(...world.options.connections));
    const rounds: Record<string, number>[] = [];
    for (let number = 1; number <= world.options.rounds; number++) {
      rounds.push(await round(harness, world, number));
    }
    const placed = rounds.length * ORDERS;
    return {
      rounds,
      figures: figuresOf(rounds),
      answers: { partial: { placed }, whole: { placed } },
      notes: [
        `${ORDERS} carts per budget over HTTP at full rate, in one cell, worker settling; ` +
          'discounts of 50.00 and 150.00; the budget is half of what the carts ask for plus a cent',
        'spent: sum of the shares in the orders of the ledger; partial must spend everything; ' +
          'whole gives whole discounts only and leaves less than one discount',
      ],
    };
  } finally {
    await harness.stop();
  }
}

export const budgetDry: Scenario = {
  name: 'budget-dry',
  describe: 'a discount budget runs out in mid-rush, with both policies: never a cent over',
  legend: {
    spentPartial: { unit: 'minor units', means: 'discounts given, policy partial: all of it' },
    budgetPartial: { unit: 'minor units', means: 'the budget, policy partial' },
    spentWhole: { unit: 'minor units', means: 'discounts given, policy whole: none in part' },
    budgetWhole: { unit: 'minor units', means: 'the budget, policy whole' },
    ordersAfterDry: { unit: 'orders', means: 'after the last discount, both policies together' },
    ordersPerSecondPartial: { unit: '/s', means: 'orders accepted while settling, partial' },
    ordersPerSecondWhole: { unit: '/s', means: 'orders accepted while settling, whole' },
  },
  run,
};
