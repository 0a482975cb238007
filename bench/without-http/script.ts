import type { Redis } from 'ioredis';
import { BATCH_MAX } from '../../src/cell/selling/script-batches.ts';
import type { Core } from '../../src/process/wiring/wire-core.ts';
import { settleCell } from '../../src/service/cells/settle-cell.ts';
import { auditBenchSale, openBenchSale, wireBench } from './bench-sale.ts';
import { cpuMicros } from '../run/cpu.ts';
import { figuresOf } from '../run/round-figures.ts';
import { fillOutbox } from './fill-outbox.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';

const ORDERS = 64 * 1_250;
const SHOPPERS = 20_000;
const OFFER = 'hot';

interface Usage {
  readonly calls: number;
  readonly micros: number;
  readonly cpu: number;
  readonly bytes: number;
}

async function usageOf(redis: Redis, pid: number): Promise<Usage> {
  const stats = await redis.info('commandstats');
  const [, calls = 0, micros = 0] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats) ?? [];
  const memory = await redis.info('memory');
  const bytes = Number(/used_memory:(\d+)/.exec(memory)![1]);
  return { calls: Number(calls), micros: Number(micros), cpu: cpuMicros(pid), bytes };
}

interface Wish {
  readonly sale: string;
  readonly orders: number;
  readonly seed: number;
}

/** Costs per order of a new sale; `bytes` in Redis once all is settled and trimmed. */
async function costPerOrder({ servers, audits }: BenchWorld, core: Core, wish: Wish) {
  const { pid } = servers.redis;
  const { sale, orders, seed } = wish;
  const cell = await openBenchSale(core, sale, [OFFER], orders);
  const empty = await usageOf(core.redis, pid);
  const filling = { orders, shoppers: SHOPPERS, offers: [OFFER], seed };
  await fillOutbox(cell, filling);
  const full = await usageOf(core.redis, pid);
  await settleCell(core, cell.id);
  await auditBenchSale(core, audits, { sale, orders });
  const settled = await usageOf(core.redis, pid);
  return {
    scriptMicros: (full.micros - empty.micros) / orders,
    processMicros: (full.cpu - empty.cpu) / orders,
    batch: orders / (full.calls - empty.calls),
    bytes: (settled.bytes - empty.bytes) / orders,
  };
}

async function round(world: BenchWorld, core: Core, number: number) {
  const run = `${process.pid.toString(36)}-${number}`;
  const many = await costPerOrder(world, core, {
    sale: `script-${run}`,
    orders: ORDERS,
    seed: number,
  });
  const single = await costPerOrder(world, core, {
    sale: `once-${run}`,
    orders: SHOPPERS,
    seed: number,
  });
  world.say(
    `round ${number}: ${many.scriptMicros.toFixed(2)} µs per purchase in batches of ` +
      `${many.batch}, ${Math.round(many.bytes)} bytes per order`,
  );
  return {
    redisMicrosAtBatch64: many.scriptMicros,
    redisProcessMicros: many.processMicros,
    bytesPerOrder: many.bytes,
    bytesPerOrderOneEach: single.bytes,
  };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const core = await wireBench(world.servers);
  try {
    const rounds: Record<string, number>[] = [];
    for (let number = 1; number <= world.options.rounds; number++) {
      rounds.push(await round(world, core, number));
    }
    const placed = rounds.length * (ORDERS + SHOPPERS);
    return {
      rounds,
      figures: figuresOf(rounds),
      answers: { script: { placed } },
      notes: [
        `each round: ${ORDERS} purchases of one offer by ${SHOPPERS} shoppers in random order, ` +
          `as direct calls in batches of ${BATCH_MAX}, one after another`,
        'µs by INFO commandstats (EVALSHA); bytes by used_memory, once all is settled and trimmed',
      ],
    };
  } finally {
    await core.close();
  }
}

export const script: Scenario = {
  name: 'script',
  describe: 'the purchase script alone: Redis CPU per purchase in batches of 64, bytes per order',
  legend: {
    redisMicrosAtBatch64: { unit: 'µs', means: 'script time per purchase, INFO commandstats' },
    redisProcessMicros: { unit: 'µs', means: 'Redis CPU per purchase, AOF and fsync included' },
    bytesPerOrder: { unit: 'bytes', means: 'in Redis per settled order, four per shopper' },
    bytesPerOrderOneEach: { unit: 'bytes', means: 'in Redis per settled order, one per shopper' },
  },
  run,
};
