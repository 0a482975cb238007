import { auditArm, untilSettled, warmTokens, wishOf } from '../over-http/arms.ts';
import { figuresOf } from '../run/round-figures.ts';
import { openHarness } from '../over-http/open-harness.ts';
import type { Harness } from '../over-http/harness.ts';
import { putOnSale } from '../over-http/put-on-sale.ts';
import type { OnSale } from '../over-http/put-on-sale.ts';
import { hotWares } from '../over-http/hot-wares.ts';
import { measuredRush, total } from '../over-http/measured-rush.ts';
import type { Rushed } from '../over-http/measured-rush.ts';
import { turned } from '../over-http/paired-with-echo.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { keepCommitTimes, quantile, returnTimes } from './return-to-shelf-times.ts';
import type { ReturnTimes } from './return-to-shelf-times.ts';
import { ways } from './return-to-shelf-ways.ts';
import type { HeldOrder, Way } from './return-to-shelf-ways.ts';

/** Units of the offer. `FREED` of them come back each way, `PER_SECOND` per second. */
const UNITS = 1_000;
const FREED = 200;
const PER_SECOND = 20;
/** The worker looks for orders to expire only once a second. */
const SPARE_SECONDS = 6;
const P50 = 0.5;
const P99 = 0.99;

const HELD = `select id, shopper from orders where sale = $1 and state = 'reserved'
  order by placed_at, id limit $2`;

interface WayResult {
  readonly times: ReturnTimes;
  readonly rushed: Rushed;
}

/** Sells all units of a fresh sale, and waits until the orders are settled. */
async function sellOut(
  harness: Harness,
  connections: number,
): Promise<OnSale & { journal: string }> {
  const onSale = await putOnSale(harness, hotWares, UNITS);
  const wish = wishOf(harness, onSale, { seconds: 1, connections });
  const length = { purchases: UNITS * 2 };
  const { journal } = await measuredRush(harness, { ...wish, length, pids: {} });
  await untilSettled(harness, onSale, UNITS);
  return { ...onSale, journal };
}

/** Lets a crowd ask from before the first unit comes back until after the last. */
async function rushWhileFreeing(
  harness: Harness,
  onSale: OnSale,
  connections: number,
  free: () => Promise<void>,
): Promise<Rushed> {
  const seconds = FREED / PER_SECOND + SPARE_SECONDS;
  let freeing: Promise<void> | null = null;
  const onEdge = async () => {
    freeing ??= free();
    freeing.catch(() => {});
    return 0;
  };
  const wish = wishOf(harness, onSale, { seconds, connections });
  const rushed = await measuredRush(harness, { ...wish, onEdge });
  await freeing;
  return rushed;
}

function expectSales({ report: { answers, unfinished } }: Rushed, way: string): void {
  const { placed = 0, sold_out: refused = 0 } = answers;
  if (placed === FREED && placed + refused === total(answers) && unfinished === 0) return;
  const found = `${JSON.stringify(answers)}; unfinished: ${unfinished}`;
  throw new NoNumber(`${way}: ${FREED} units were freed, but the answers are ${found}`);
}

async function runWay(harness: Harness, way: Way, connections: number): Promise<WayResult> {
  const { journal: selling, ...onSale } = await sellOut(harness, connections);
  const { sale } = onSale;
  const { rows: orders } = await harness.pool.query<HeldOrder>(HELD, [sale, FREED]);
  await way.prepare(harness, orders);
  const free = () => way.free(harness, orders, PER_SECOND);
  const rushed = await rushWhileFreeing(harness, onSale, connections, free);
  expectSales(rushed, way.name);
  await untilSettled(harness, onSale, UNITS + FREED);
  const times = await returnTimes(harness.pool, sale, rushed.journal);
  await auditArm(harness, onSale, [selling, rushed.journal]);
  return { times, rushed };
}

/** Names end with the number of connections. */
function figuresOfWay({ name }: Way, { times, rushed }: WayResult): Record<string, number> {
  const { backMs, lateMs } = times;
  return {
    [`${name}P50Ms`]: quantile(backMs, P50),
    [`${name}P99Ms`]: quantile(backMs, P99),
    [`${name}MaxMs`]: backMs.at(-1)!,
    [`${name}AskedPerSecond`]: rushed.perSecond,
    ...(name === 'expire' && { expireLateP99Ms: quantile(lateMs, P99) }),
  };
}

async function round(harness: Harness, world: BenchWorld, number: number) {
  const figures: Record<string, number> = {};
  for (const connections of world.options.connections) {
    for (const way of turned(ways, number)) {
      const result = await runWay(harness, way, connections);
      const found = figuresOfWay(way, result);
      for (const [name, value] of Object.entries(found)) figures[`${name}${connections}`] = value;
      const [p99, asked] = [found[`${way.name}P99Ms`]!, result.rushed.perSecond];
      world.say(
        `round ${number} · ${connections} connections · ${way.name}: p99 ${p99.toFixed(1)} ms, ` +
          `asked ${Math.round(asked)} times per second`,
      );
    }
  }
  return figures;
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const { connections } = world.options;
  await keepCommitTimes(world.servers);
  const harness = await openHarness(world, [hotWares]);
  try {
    await warmTokens(harness, Math.max(...connections));
    const rounds: Record<string, number>[] = [];
    for (let number = 1; number <= world.options.rounds; number++) {
      rounds.push(await round(harness, world, number));
    }
    const freed = rounds.length * connections.length * FREED;
    const answers = Object.fromEntries(ways.map(({ name }) => [name, { placed: freed }]));
    return {
      rounds,
      figures: figuresOf(rounds),
      answers,
      notes: [
        `a sold-out offer of ${UNITS} units in one cell; a crowd asks for it at full rate while ` +
          `${FREED} units come back each way, ${PER_SECOND} per second`,
        "the time starts at Postgres' timestamp of the commit that freed the unit, and ends at " +
          "Redis' time of the order that got the unit plus the whole latency of its answer",
        'refunds are of paid orders and restock; cancel and refund are requested over HTTP',
      ],
    };
  } finally {
    await harness.stop();
  }
}

const ms = (means: string) => ({ unit: 'ms', means });

/** A figure's name is one of these, followed by the number of connections. */
const legendOf = (name: Way['name'], what: string): Scenario['legend'] => ({
  [`${name}P50Ms`]: ms(`unit ${what} until its purchase is answered, median`),
  [`${name}P99Ms`]: ms(`unit ${what} until answered, 99th percentile; at most 250`),
  [`${name}MaxMs`]: ms(`unit ${what} until answered, longest`),
  [`${name}AskedPerSecond`]: { unit: '/s', means: 'answers to the crowd meanwhile' },
});

export const returnToShelf: Scenario = {
  name: 'return-to-shelf',
  describe: 'the time from a unit’s cancel, expiry or refund until a crowd has bought it again',
  legend: {
    ...legendOf('cancel', 'cancelled'),
    ...legendOf('expire', 'expired'),
    expireLateP99Ms: ms('end of the time to pay until the order expired, 99th percentile'),
    ...legendOf('refund', 'restocked'),
  },
  run,
};
