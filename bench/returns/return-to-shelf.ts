import { auditArm, untilSettled, warmTokens, wishOf } from '../rig/arms.ts';
import { figuresOf } from '../run/round-figures.ts';
import { openRig } from '../rig/open-rig.ts';
import type { Rig } from '../rig/rig.ts';
import { putOnSale } from '../rig/put-on-sale.ts';
import type { OnSale } from '../rig/put-on-sale.ts';
import { hotWares } from '../rig/hot-wares.ts';
import { measuredRush, total } from '../rig/measured-rush.ts';
import type { Rushed } from '../rig/measured-rush.ts';
import { turned } from '../rig/paired.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { keepCommitTimes, quantile, shelfTimes } from './shelf-times.ts';
import type { ShelfTimes } from './shelf-times.ts';
import { ways } from './shelf-ways.ts';
import type { HeldOrder, Way } from './shelf-ways.ts';

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
  readonly times: ShelfTimes;
  readonly rushed: Rushed;
}

/** Everything of it is reserved, by orders that are settled. */
async function sellOut(rig: Rig, connections: number): Promise<OnSale & { journal: string }> {
  const onSale = await putOnSale(rig, hotWares, UNITS);
  const wish = wishOf(rig, onSale, { seconds: 1, connections });
  const length = { purchases: UNITS * 2 };
  const { journal } = await measuredRush(rig, { ...wish, length, pids: {} });
  await untilSettled(rig, onSale, UNITS);
  return { ...onSale, journal };
}

/** The crowd asks from before the first unit comes back until after the last. */
async function rushWhileFreeing(
  rig: Rig,
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
  const wish = wishOf(rig, onSale, { seconds, connections });
  const rushed = await measuredRush(rig, { ...wish, onEdge });
  await freeing;
  return rushed;
}

function expectSales({ report: { answers, unfinished } }: Rushed, way: string): void {
  const { placed = 0, sold_out: refused = 0 } = answers;
  if (placed === FREED && placed + refused === total(answers) && unfinished === 0) return;
  throw new NoNumber(`${way}: of ${FREED} units freed: ${JSON.stringify(answers)}`);
}

async function runWay(rig: Rig, way: Way, connections: number): Promise<WayResult> {
  const { journal: selling, ...onSale } = await sellOut(rig, connections);
  const { sale } = onSale;
  const { rows: orders } = await rig.pool.query<HeldOrder>(HELD, [sale, FREED]);
  await way.prepare(rig, orders);
  const free = () => way.free(rig, orders, PER_SECOND);
  const rushed = await rushWhileFreeing(rig, onSale, connections, free);
  expectSales(rushed, way.name);
  await untilSettled(rig, onSale, UNITS + FREED);
  const times = await shelfTimes(rig.pool, sale, rushed.journal);
  await auditArm(rig, onSale, [selling, rushed.journal]);
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

async function round(rig: Rig, world: BenchWorld, number: number) {
  const figures: Record<string, number> = {};
  for (const connections of world.options.connections) {
    for (const way of turned(ways, number)) {
      const result = await runWay(rig, way, connections);
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
  const rig = await openRig(world, [hotWares]);
  try {
    await warmTokens(rig, Math.max(...connections));
    const rounds: Record<string, number>[] = [];
    for (let number = 1; number <= world.options.rounds; number++) {
      rounds.push(await round(rig, world, number));
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
    await rig.stop();
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
