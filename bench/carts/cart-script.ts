import type { Redis } from 'ioredis';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import { callCheckout, CARTS_MAX } from '../../src/cell/selling/checkout.ts';
import type { CheckoutItem } from '../../src/cell/selling/checkout.ts';
import type { IdempotencyKey, SaleId } from '../../src/domain/ids.ts';
import { cartOf } from '../../proof/builders/carts.ts';
import { offerId, shopperId } from '../../proof/builders/ids.ts';
import { shopperName } from '../../proof/crowd/tokens.ts';
import type { Core } from '../../src/process/wiring/wire-core.ts';
import { untilSettled } from '../over-http/arms.ts';
import { auditSale } from '../over-http/audit-sale.ts';
import { cartOrders, cartSale, COUPON, linesFrom } from './cart-wares.ts';
import { BACKLOG_LIMIT } from '../over-http/open-harness.ts';
import type { Harness } from '../over-http/harness.ts';
import { putOnSale } from '../over-http/put-on-sale.ts';
import { turned } from '../over-http/paired-with-echo.ts';
import { NoNumber } from '../run/no-number.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { Wares } from '../over-http/wares.ts';

/** The numbers of lines that are measured. */
export const CART_LINES = [1, 5, 20, 50] as const;

const OFFERS = 60;
/**
 * Carts per round for each size, alone and in batches. Each has a shopper of its own. The number
 * is a multiple of a full batch.
 */
const CARTS = 60 * CARTS_MAX;
const CALLS_AT_ONCE = 60;

/** The bench's cart sale with enough offers for any cart. Nobody asks for it over HTTP. */
const wares: Wares = {
  ...cartOrders,
  requests: [],
  sale: (id, units) => cartSale(id, { offers: OFFERS, units }),
};

interface Selling {
  /** The number of the first shopper. */
  readonly first: number;
  readonly lines: number;
  /** Carts per call. */
  readonly each: number;
}

function cartNumbered(number: number, lines: number): CheckoutItem {
  const bought = linesFrom(0, lines, 1, OFFERS);
  return cartOf({
    shopper: shopperId(shopperName(number)),
    key: `script-${number}` as IdempotencyKey,
    fingerprint: 'bench-fingerprint-of-43-characters-00000000',
    lines: bought.map(({ offer, quantity }) => ({ offer: offerId(offer), quantity })),
    coupons: [COUPON],
  });
}

/** @throws NoNumber when the script answers anything but an order */
async function sell(cell: CellAddress, carts: readonly CheckoutItem[]): Promise<void> {
  const reply = await callCheckout(cell, carts, BACKLOG_LIMIT);
  const words = reply.word === 'batch' ? reply.outcomes.map(({ word }) => word) : [reply.word];
  const other = words.find((word) => word !== 'placed');
  if (other) throw new NoNumber(`a cart was answered ${other}`);
}

/** Sells `CARTS` carts of a size, `each` per call, with `CALLS_AT_ONCE` calls at once. */
async function sellAll(cell: CellAddress, { first, lines, each }: Selling) {
  const calls = Array.from({ length: CARTS / each }, (_, call) =>
    Array.from({ length: each }, (_, i) => cartNumbered(first + call * each + i, lines)),
  );
  for (let from = 0; from < calls.length; from += CALLS_AT_ONCE) {
    const some = calls.slice(from, from + CALLS_AT_ONCE);
    await Promise.all(some.map((carts) => sell(cell, carts)));
  }
}

/** Counts all script calls since the last reset. They include the few polls of api and worker. */
async function scriptTimes(redis: Redis): Promise<{ p50: number; mean: number; all: number }> {
  const latencies = await redis.info('latencystats');
  const stats = await redis.info('commandstats');
  const p50 = /latency_percentiles_usec_evalsha:p50=([\d.]+)/.exec(latencies)?.[1];
  const [, all, mean] = /cmdstat_evalsha:\S*usec=(\d+),usec_per_call=([\d.]+)/.exec(stats) ?? [];
  if (!p50 || !mean) throw new NoNumber('Redis reports no script times');
  return { p50: Number(p50), mean: Number(mean), all: Number(all) };
}

async function timesOf(redis: Redis, cell: CellAddress, selling: Selling) {
  await redis.call('CONFIG', 'RESETSTAT');
  await sellAll(cell, selling);
  return scriptTimes(redis);
}

async function measure(redis: Redis, cell: CellAddress, round: number) {
  const figures: Record<string, number> = {};
  for (const [turn, lines] of turned(CART_LINES, round).entries()) {
    const first = turn * 2 * CARTS;
    const single = await timesOf(redis, cell, { first, lines, each: 1 });
    const batched = { first: first + CARTS, lines, each: CARTS_MAX };
    const { all } = await timesOf(redis, cell, batched);
    figures[`scriptMicros${lines}`] = single.p50;
    figures[`scriptMeanMicros${lines}`] = single.mean;
    figures[`scriptBatchMicros${lines}`] = all / CARTS;
  }
  return figures;
}

/**
 * Calls the checkout script directly for each number of lines, one cart per call and in full
 * batches. The sale is used by nothing else, and the worker is paused.
 * @returns the round's figures: script µs per cart, by name and number of lines
 */
export async function scriptByLines(
  harness: Harness,
  { directory, redis }: Core,
  round: number,
): Promise<Record<string, number>> {
  const onSale = await putOnSale(harness, wares, PLENTY);
  await directory.refresh();
  const cell = directory.cell({ sale: onSale.sale as SaleId, cell: 0 })!;
  harness.worker.freeze();
  let figures: Record<string, number>;
  try {
    figures = await measure(redis, cell, round);
  } finally {
    harness.worker.thaw();
  }
  await untilSettled(harness, onSale, CART_LINES.length * 2 * CARTS);
  await auditSale(harness, onSale.sale);
  return figures;
}
