import { readFileSync, readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { bestDeal } from '../../../src/domain/pricing/best-deal.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { DealThreads } from '../../../src/service/selling/deal-threads.ts';
import type { DealSearch, DealThreadsOptions } from '../../../src/service/selling/deal-threads.ts';
import type { PricingCase } from '../../../proof/fuzz/pricing-case.ts';
import { randomCase } from '../../../proof/fuzz/random-case.ts';

const MOST_HELD = 5;
/** Counted after the command's name, where state is 0. */
const NICE = 16;
const open: DealThreads[] = [];

afterEach(() => Promise.all(open.splice(0).map((threads) => threads.close())));

function threadsWith(options: Partial<DealThreadsOptions> = {}): DealThreads {
  const threads = new DealThreads({ time: systemTime, ...options });
  open.push(threads);
  return threads;
}

function searchOf({ rules, cart, potsLeft: pots }: PricingCase, sale = 'friday'): DealSearch {
  const coupons = rules.promotions.filter(({ isCoupon }) => isCoupon).map(({ id }) => id);
  return { sale, rules, cart, held: coupons.slice(0, MOST_HELD), pots };
}

function inThisThread({ rules, cart, held, pots }: DealSearch) {
  const { coupons, exhaustive } = bestDeal(rules, cart, held, pots);
  return { coupons, exhaustive };
}

test('a thread finds what this thread finds, with the rules of each version', async () => {
  const threads = threadsWith();
  for (let version = 0; version < 200; version++) {
    const one = randomCase(version);
    // There are more sales than a thread keeps the rules of, and the first ones come back.
    const search = searchOf({ ...one, rules: { ...one.rules, version } }, `sale-${version % 40}`);
    expect(await threads.find(search)).toEqual(inThisThread(search));
    expect(await threads.find(search)).toEqual(inThisThread(search));
  }
});

test('what exceeds the queue is busy at once, and the others get their right price', async () => {
  const threads = threadsWith({ maxWaiting: 3 });
  const search = searchOf(randomCase(1));
  const asked = Array.from({ length: 6 }, () => threads.find(search));
  expect(threads.waiting).toBe(3);
  const right = inThisThread(search);
  expect(await Promise.all(asked)).toEqual([right, right, right, right, 'busy', 'busy']);
  expect(await threads.find(search)).toEqual(right);
});

test('a search that takes too long is busy, and a new thread goes on', async () => {
  const alarms: (() => void)[] = [];
  const after = (_ms: number, task: () => void) => {
    alarms.push(task);
    return () => {};
  };
  const threads = threadsWith({ time: { after } });
  const search = searchOf(randomCase(1));
  const [slow, next] = [threads.find(search), threads.find(search)];
  alarms[0]!();
  expect(await slow).toBe('busy');
  expect(await next).toEqual(inThisThread(search));
});

test('a search that fails says so, and a new thread goes on', async () => {
  const threads = threadsWith();
  const search = searchOf(randomCase(1));
  const broken = { ...search, sale: 'broken', cart: { ...search.cart, lines: null as never } };
  await expect(threads.find(broken)).rejects.toThrow(TypeError);
  expect(await threads.find(search)).toEqual(inThisThread(search));
});

/** The priority (`nice`) of each thread of this process, as Linux tells. */
const priorities = (): number[] =>
  readdirSync('/proc/self/task').map((thread) => {
    const text = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[NICE]);
  });

test.runIf(process.platform === 'linux')('one thread yields the CPU to all others', async () => {
  const usual = getPriority();
  const yields = () => priorities().filter((nice) => nice > usual).length;
  const before = yields();
  await threadsWith().find(searchOf(randomCase(1)));
  expect(yields()).toBe(before + 1);
});
