import { expect, test } from 'vitest';
import { Pace } from '../../../src/http/limits/pace.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { bearer } from '../http/http-deps.ts';
import { start } from '../http/start-app.ts';

const EACH_TURN = 4;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('a few requests begin in each turn of the event loop, in their order', async () => {
  const pace = new Pace();
  const begun: number[] = [];
  for (let i = 0; i < 10; i++) expect(pace.admit(false, () => begun.push(i))).toBe(true);
  const turns = [[...begun]];
  while (begun.length < 10) {
    await nextTurn();
    turns.push([...begun]);
  }
  expect(turns).toEqual([4, 8, 10].map((length) => [...Array(length).keys()]));
});

test('one that begins late leaves room for no more than the rest of its turn', async () => {
  const pace = new Pace();
  const begun: string[] = [];
  for (let i = 0; i < EACH_TURN + 1; i++) pace.admit(false, () => begun.push('early'));
  await nextTurn();
  for (let i = 0; i < EACH_TURN; i++) pace.admit(false, () => begun.push('late'));
  expect(begun).toEqual([...Array(EACH_TURN + 1).fill('early'), ...Array(3).fill('late')]);
  await nextTurn();
  expect(begun).toHaveLength(2 * EACH_TURN + 1);
});

test('urgent requests go first, and have places of their own', async () => {
  const pace = new Pace(4);
  const begun: string[] = [];
  const admit = (isUrgent: boolean, name: string) => pace.admit(isUrgent, () => begun.push(name));
  for (let i = 0; i < EACH_TURN; i++) admit(false, 'first');
  const usual = Array.from({ length: 6 }, () => admit(false, 'quote'));
  expect(usual.filter((isAdmitted) => !isAdmitted)).toHaveLength(2);
  expect(admit(true, 'pause')).toBe(true);
  await nextTurn();
  expect(begun.slice(EACH_TURN)).toEqual(['pause', 'quote', 'quote', 'quote']);
});

test('a request that finds too many waiting never begins', async () => {
  const pace = new Pace(2);
  const begun: number[] = [];
  const admitted = Array.from({ length: 8 }, (_, i) => pace.admit(false, () => begun.push(i)));
  expect(admitted).toEqual([...Array(6).fill(true), false, false]);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});

test('quotes wait for their turn or are busy, and an order overtakes them', async () => {
  const turnedAway: string[] = [];
  const app = await start({
    limits: readConfig({ RATE_LIMITS: 'off' }),
    onTurnedAway: (reason, subject) => turnedAway.push(`${reason} ${subject}`),
  });
  const ended: string[] = [];
  const headers = bearer('shopper');
  const send = async (what: string) => {
    const url = `/v1/sales/friday/${what}`;
    const { statusCode } = await app.inject({ method: 'POST', url, payload: {}, headers });
    ended.push(`${what} ${statusCode}`);
  };
  await Promise.all([...Array.from({ length: 600 }, () => send('quotes')), send('orders')]);
  expect(ended.slice(-EACH_TURN)).toEqual(Array(EACH_TURN).fill('quotes 400'));
  const busy = ended.filter((end) => end === 'quotes 503');
  expect(busy.length).toBeGreaterThan(0);
  expect(turnedAway).toEqual(busy.map(() => 'shed first'));
});
