import { BATCH_MAX } from '../../src/cell/selling/script-batches.ts';
import { readOutbox } from '../../src/cell/cells/outbox.ts';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import { incomingOrders } from '../../src/ledger/books/incoming-orders.ts';
import type { IncomingOrder } from '../../src/ledger/books/incoming-orders.ts';
import type { Core } from '../../src/process/wiring/wire-core.ts';
import { settleCell } from '../../src/service/cells/settle-cell.ts';
import { insertBare } from './bare-insert.ts';
import { auditBenchSale, expectOrders, openBenchSale, wireBench } from './bench-sale.ts';
import { figuresOf } from '../run/round-figures.ts';
import { JOBS_AT_ONCE, settleByJobs } from './job-per-order.ts';
import { fillOutbox } from './fill-outbox.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';

const ORDERS = 64 * 500;
const JOBS = 64 * 100;
const SHOPPERS = 20_000;
const OFFERS = Array.from({ length: 20 }, (_, i) => `offer-${i}`);
/** Orders per transaction, as many as the settler takes. */
const BATCH = 1_000;
const SECOND_MS = 1_000;

async function perSecond(orders: number, work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (orders * SECOND_MS) / (performance.now() - startMs);
}

/** Opens a sale and fills its outbox with this number of orders. */
async function filled(
  core: Core,
  sale: string,
  orders: number,
  seed: number,
): Promise<CellAddress> {
  const cell = await openBenchSale(core, sale, OFFERS, orders);
  await fillOutbox(cell, { orders, shoppers: SHOPPERS, offers: OFFERS, seed });
  return cell;
}

/** Reads and decodes the orders of an outbox, before the clock starts. */
async function dueOrders(cell: CellAddress): Promise<IncomingOrder[]> {
  const range = { afterSeq: 0, ordersMax: Infinity };
  const items = await readOutbox(cell, range);
  return items.flatMap(({ entry }) => (entry ? incomingOrders(cell.id, entry) : []));
}

type Arm = (core: Core, world: BenchWorld, number: number) => Promise<number>;

const run = process.pid.toString(36);

const ours: Arm = async (core, { audits }, number) => {
  const sale = `settle-${run}-${number}`;
  const cell = await filled(core, sale, ORDERS, number);
  const rate = await perSecond(ORDERS, () => settleCell(core, cell.id));
  await auditBenchSale(core, audits, { sale, orders: ORDERS });
  return rate;
};

const bare: Arm = async (core, _, number) => {
  const sale = `bare-${run}-${number}`;
  const cell = await filled(core, sale, ORDERS, number);
  const orders = await dueOrders(cell);
  const rate = await perSecond(ORDERS, () => insertBare(core.pool, cell, orders, BATCH));
  await expectOrders(core, sale, ORDERS);
  return rate;
};

const jobs: Arm = async (core, { servers }, number) => {
  const sale = `jobs-${run}-${number}`;
  const cell = await filled(core, sale, JOBS, number);
  const orders = await dueOrders(cell);
  const rate = await settleByJobs(servers, cell, orders);
  await expectOrders(core, sale, JOBS);
  return rate;
};

/** Runs each arm once. Each round begins with another arm, so no arm profits from its place. */
async function round(core: Core, world: BenchWorld, number: number) {
  const arms = Object.entries({ ours, bare, jobs });
  const turned = [...arms.slice(number % 3), ...arms.slice(0, number % 3)];
  const rates: Record<string, number> = {};
  for (const [name, arm] of turned) rates[name] = await arm(core, world, number);
  const { ours: settled = 0, bare: inserted = 0, jobs: worked = 0 } = rates;
  const label = number === 0 ? 'not counted' : `round ${number}`;
  world.say(
    `${label}: settle ${Math.round(settled)} · bare insert ${Math.round(inserted)} · ` +
      `one job per order ${Math.round(worked)} orders/s`,
  );
  return {
    vsJobPerOrder: settled / worked,
    vsBareInsert: settled / inserted,
    settledPerSecond: settled,
    bareInsertPerSecond: inserted,
    jobPerOrderPerSecond: worked,
  };
}

async function runRounds(world: BenchWorld): Promise<BenchResult> {
  const core = await wireBench(world.servers);
  try {
    world.say('warming up');
    await round(core, world, 0);
    const rounds: Record<string, number>[] = [];
    for (let number = 1; number <= world.options.rounds; number++) {
      rounds.push(await round(core, world, number));
    }
    const settled = rounds.length * ORDERS;
    const worked = rounds.length * JOBS;
    return {
      rounds,
      figures: figuresOf(rounds),
      answers: { ours: { settled }, bare: { settled }, jobs: { settled: worked } },
      notes: [
        `the outbox is full at the start, from direct script calls in batches of ${BATCH_MAX}; ` +
          `${ORDERS} orders of ${OFFERS.length} offers per arm, ${JOBS} for BullMQ`,
        `ours reads, decodes, settles and trims; the bare insert gets decoded orders and writes ` +
          `orders and lines only, ${BATCH} per transaction`,
        `BullMQ: the jobs are queued at the start; ${JOBS_AT_ONCE} run at once, a transaction each`,
      ],
    };
  } finally {
    await core.close();
  }
}

export const settleScenario: Scenario = {
  name: 'settle',
  describe: 'outbox to Postgres, beside one BullMQ job per order and a bare multi-row insert',
  legend: {
    vsJobPerOrder: { unit: 'ratio', means: 'settle ÷ BullMQ, one job and transaction per order' },
    vsBareInsert: { unit: 'ratio', means: 'settle ÷ bare multi-row insert into the same tables' },
    settledPerSecond: { unit: 'orders/s', means: 'settle' },
    bareInsertPerSecond: { unit: 'orders/s', means: 'bare multi-row insert' },
    jobPerOrderPerSecond: { unit: 'orders/s', means: 'BullMQ' },
  },
  run: runRounds,
};
