import type { Redis } from 'ioredis';
import { cellKeys } from '../../../src/cell/keys.ts';
import type { CellKeys } from '../../../src/cell/keys.ts';
import type { CellId } from '../../../src/domain/ids.ts';
import type { ChaosWorld } from '../world/chaos-world.ts';
import { between, isHeads, pick } from './fault.ts';
import type { Fault, Random } from './fault.ts';
import { strikeOnce } from './strike-once.ts';

/** What may be lost with every process that remembers it. */
const LOSES_WITH = ['kill-api', 'kill-apis'];
const QUEUE_KEYS = '{doorbuster}*';
const SCAN_COUNT = 1_000;
const EDITED_BY = [1, 5] as const;

const OPEN_CELLS = "select sale, cell, epoch::integer from cells where state = 'open'";

interface OpenCell extends CellId {
  readonly epoch: number;
}

/** Draws a cell that the ledger calls open. @throws when there is none, or the ledger is away */
async function openCell({ postgres }: ChaosWorld, random: Random): Promise<CellKeys> {
  const { rows } = await postgres.run((client) => client.query<OpenCell>(OPEN_CELLS));
  if (rows.length === 0) throw new Error('no cell is open');
  const cell = pick(random, rows);
  return cellKeys(cell, cell.epoch);
}

const damageOf = (
  name: string,
  says: string,
  damage: (redis: Redis, keys: CellKeys, random: Random) => Promise<unknown>,
): Fault => ({
  name,
  group: 'data',
  isBrief: true,
  says,
  begin: strikeOnce(async (world, random) => {
    const keys = await openCell(world, random);
    await world.redis.run((redis) => damage(redis, keys, random));
  }),
});

const DELETED = ['offers', 'rules', 'shoppers', 'pots', 'wallets', 'meta'] as const;

const deletions = DELETED.map((name) =>
  damageOf(`delete-${name}`, `the key \`${name}\` of a cell is deleted`, (redis, keys) =>
    redis.del(keys[name]),
  ),
);

const retypeStock = damageOf(
  'retype-stock',
  'the key `stock` of a cell holds a string',
  (redis, { stock }) => redis.multi().del(stock).set(stock, 'no hash').exec(),
);

const editCounter = damageOf(
  'edit-counter',
  'somebody edits how many units of an offer a cell has',
  async (redis, { stock }, random) => {
    const offers = (await redis.hkeys(stock)).sort();
    if (offers.length === 0) return;
    const by = between(random, ...EDITED_BY);
    await redis.hincrby(stock, pick(random, offers), isHeads(random) ? by : -by);
  },
);

const flushAll: Fault = {
  name: 'flush-all',
  group: 'data',
  isBrief: true,
  says: 'FLUSHALL',
  losesWith: LOSES_WITH,
  begin: strikeOnce(({ redis }) => redis.run((primary) => primary.flushall())),
};

const flushScripts: Fault = {
  name: 'flush-scripts',
  group: 'data',
  isBrief: true,
  says: 'SCRIPT FLUSH',
  begin: strikeOnce(({ redis }) => redis.run((primary) => primary.script('FLUSH'))),
};

const deleteQueues: Fault = {
  name: 'delete-queues',
  group: 'data',
  isBrief: true,
  says: 'every key of BullMQ is deleted',
  begin: strikeOnce(({ redis }) =>
    redis.run(async (primary) => {
      let cursor = '0';
      do {
        const [next, keys] = await primary.scan(cursor, 'MATCH', QUEUE_KEYS, 'COUNT', SCAN_COUNT);
        cursor = next;
        if (keys.length > 0) await primary.unlink(...keys);
      } while (cursor !== '0');
    }),
  ),
};

export const dataFaults: readonly Fault[] = [
  ...deletions,
  retypeStock,
  editCounter,
  flushAll,
  flushScripts,
  deleteQueues,
];
