import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { Claim } from '../../../../client/index.ts';
import { CouponGrabs, keptKeys } from '../../../../web/shop/coupons/claims.ts';
import { MemoryStore } from './offers.ts';

const problem = (code: string, status: number) =>
  new ProblemError({ code, status, title: '', detail: '', message: 'No', instance: '' });

function stage(outcomes: (Error | Claim)[]) {
  const store = new MemoryStore();
  const keys: string[] = [];
  let made = 0;
  let grabbed = 0;
  const open = () =>
    new CouponGrabs({
      keys: keptKeys(store, 'eleven'),
      newKey: () => `key-${++made}`,
      onGrabbed: () => grabbed++,
      claim: async (_promotion, key) => {
        keys.push(key);
        const outcome = outcomes.shift()!;
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    });
  return { open, keys, grabbed: () => grabbed };
}

const claim = { id: 'c', sale: 'eleven', promotion: 'ten', amount: 0 };
const stateOf = (grabs: CouponGrabs) => () => grabs.now.value['ten']?.state;

test('a grab without an answer keeps its key, also over a reload', async () => {
  const { open, keys, grabbed } = stage([new TypeError('no network'), claim, claim]);
  const first = open();
  first.grab('ten', 'alice');
  first.grab('ten', 'alice');
  await expect.poll(stateOf(first)).toBe('failed');
  const second = open();
  second.grab('ten', 'alice');
  await expect.poll(stateOf(second)).toBe('grabbed');
  expect([keys, grabbed()]).toEqual([['key-1', 'key-1'], 1]);
  second.grab('ten', 'alice');
  await expect.poll(() => keys).toEqual(['key-1', 'key-1', 'key-2']);
});

test('a refusal ends the key, and another shopper never uses it', async () => {
  const { open, keys } = stage([problem('sold_out', 409), new TypeError('lost'), claim]);
  const grabs = open();
  grabs.grab('ten', 'alice');
  await expect.poll(stateOf(grabs)).toBe('failed');
  grabs.grab('ten', 'alice');
  await expect.poll(() => keys.length).toBe(2);
  await expect.poll(stateOf(grabs)).toBe('failed');
  grabs.grab('ten', 'bob');
  await expect.poll(() => keys).toEqual(['key-1', 'key-2', 'key-3']);
});
