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

/** Units of the offer; so many of them come back, each way. */
const UNITS = 1_000;
const FREED = 200;
const PER_SECOND = 20;
/** Orders expire with the next look at them, which may be a second away. */
const SPARE_SECONDS = 6;
const P50 = 0.5;
const P99 = 0.99;

const HELD = `select id, shopper from orders where sale = $1 and state = 'reserved'
  order by placed_at, id limit $2`;

interface WayResult {
  readonly times: ReturnTimes;
  readonly rushed: Rushed;
}

/** Everything of it is reserved, by orders that are settled. */
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

/** The crowd asks from before the first unit comes back until after the last. */
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
  throw new NoNumber(`${way}: of ${FREED} units freed: ${JSON.stringify(answers)}`);
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
          `asked ${Math.round(asked)} times a second`,
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
        `an offer of ${UNITS} units, sold out, one cell; a crowd asks for it at full rate while ` +
          `${FREED} units come back each way, ${PER_SECOND} a second`,
        "from the commit that freed a unit, by Postgres' commit timestamp, to the answer of the " +
          "purchase it went to, at the latest: Redis' time of the order and its whole latency",
        'refunds are of orders paid before, with restock; cancel and refund are asked over HTTP',
      ],
    };
  } finally {
    await harness.stop();
  }
}

const ms = (means: string) => ({ unit: 'ms', means });

/** Each name is followed by the number of connections. */
const legendOf = (name: Way['name'], what: string): Scenario['legend'] => ({
  [`${name}P50Ms`]: ms(`from a unit ${what} to its purchase answered, median`),
  [`${name}P99Ms`]: ms('the same, 99th percentile: to be 250 at most'),
  [`${name}MaxMs`]: ms('the same, the longest'),
  [`${name}AskedPerSecond`]: { unit: '/s', means: 'answers to the crowd meanwhile' },
});

export const returnToShelf: Scenario = {
  name: 'return-to-shelf',
  describe: 'units that come back by cancel, expiry and refund, until a crowd has bought them',
  legend: {
    ...legendOf('cancel', 'cancelled'),
    ...legendOf('expire', 'expired'),
    expireLateP99Ms: ms('an order expired after its time, 99th percentile'),
    ...legendOf('refund', 'restocked'),
  },
  run,
};
