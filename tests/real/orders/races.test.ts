import { afterEach, beforeEach, expect, test } from 'vitest';
import { race } from '../../../proof/races/race.ts';
import { createWorld } from '../../world/servers/world.ts';
import type { World } from '../../world/servers/world.ts';

const ATTEMPTS = 20_000;
const SEED = 1;
const SHOWN = 20;

/** Outcomes that must all occur; otherwise nothing raced. */
const HAPPENED = [
  ...['captured: moved', 'captured: known', 'captured: duplicate', 'authorized: moved'],
  ...['open: opened', 'open: not_payable', 'cancel: cancelled', 'cancel: too late'],
  ...['expire: 1 expired', 'expire: 0 expired', 'refund: not_refundable', 'refund: replayed'],
  ...['refund: partly_refunded', 'refund: refunded'],
  ...['goes back: late', 'goes back: cancel', 'goes back: twice'],
];

let world: World;

beforeEach(async () => (world = await createWorld()));
afterEach(() => world.dispose());

test('an order paid, expired, cancelled and refunded at once has one exact end', async () => {
  const raced = await race({ databaseUrl: world.databaseUrl, count: ATTEMPTS, seed: SEED });
  const { broken, histories, attempts, counts } = raced;
  expect({ broken: broken.slice(0, SHOWN), histories }).toEqual({ broken: [], histories: [] });
  expect(attempts).toBeGreaterThanOrEqual(ATTEMPTS);
  expect(HAPPENED.filter((name) => !counts[name])).toEqual([]);
});
