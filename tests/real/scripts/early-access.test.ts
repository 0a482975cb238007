import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../src/domain/refusals.ts';
import type { EarlyAccess } from '../../../src/domain/sale.ts';
import { accessText, isOpenFor, opensForMs } from '../../../src/domain/terms/opening.ts';
import { cartLines, cartOf, claimOf, item } from '../../../proof/builders/carts.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import type { OfferOnSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const YEAR_MS = 365 * 24 * 3_600_000;
const NEXT_YEAR = Math.floor(Date.now() / 1000) * 1000 + YEAR_MS;
const IN_TWO_YEARS = NEXT_YEAR + YEAR_MS;
const LAST_YEAR = NEXT_YEAR - 2 * YEAR_MS;

const early = (fromMs: number, ...members: string[]): EarlyAccess => ({ members, fromMs });
const access = (...rows: EarlyAccess[]): string => accessText(rows);
const GOLD = access(early(LAST_YEAR, 'silver', 'gold'));

const notOpen = (ms: number): Refusal => ({
  code: 'sale_not_open',
  opensAt: new Date(ms).toISOString(),
});
const paused: Refusal = { code: 'sale_paused', offer: 'a' };

/** What both scripts answer to one unit of each of these offers, alone in a call or a cart. */
async function ask(cell: OpenCell, member: string | null, offer = 'a') {
  const [flash] = await cell.buy([item({ member, offer })]);
  const cart = await cell.checkOut({ member, lines: cartLines([offer, 1]) });
  const said = [flash!, cart].map((one) => (one.word === 'refused' ? one.refusal : one.word));
  expect(said[1]).toEqual(said[0]);
  return said[0];
}

const openCell = (options: CellOptions) => OpenCell.open(redis, options);
const notYet = (a: Partial<OfferOnSale> = {}, sale = GOLD) =>
  openCell({ opensAtMs: NEXT_YEAR, access: sale, offers: [onSale('a', a), onSale('b')] });

describe('before everybody may order', () => {
  test('only members of a named tier may, and all others learn when they may', async () => {
    const cell = await notYet();
    expect(await ask(cell, 'gold')).toBe('placed');
    expect(await ask(cell, 'silver')).toBe('placed');
    expect(await ask(cell, 'iron')).toEqual(notOpen(NEXT_YEAR));
    expect(await ask(cell, null)).toEqual(notOpen(NEXT_YEAR));
  });

  test('a member whose time is to come learns that time, the earliest of all rows', async () => {
    const later = NEXT_YEAR - 3_600_000;
    const rows = access(early(later, 'gold'), early(later - 1, 'iron', 'gold'));
    const cell = await notYet({}, rows);
    expect(await ask(cell, 'gold')).toEqual(notOpen(later - 1));
    expect(await ask(cell, 'silver')).toEqual(notOpen(NEXT_YEAR));
  });

  test('the rows of an offer replace those of its sale', async () => {
    const cell = await notYet({ access: access(early(LAST_YEAR, 'black')) });
    expect(await ask(cell, 'black')).toBe('placed');
    expect(await ask(cell, 'gold')).toEqual(notOpen(NEXT_YEAR));
    expect(await ask(cell, 'gold', 'b')).toBe('placed');
    expect(await ask(cell, 'black', 'b')).toEqual(notOpen(NEXT_YEAR));
  });

  test('the rows of a sale do not open an offer that opens later by its own time', async () => {
    const cell = await notYet({ opens_at: IN_TWO_YEARS });
    expect(await ask(cell, 'gold')).toEqual(notOpen(IN_TWO_YEARS));
    expect(await ask(cell, null)).toEqual(notOpen(IN_TWO_YEARS));
    const own = await notYet({ opens_at: IN_TWO_YEARS, access: GOLD });
    expect(await ask(own, 'gold')).toBe('placed');
  });

  test('a row never makes a member wait longer than all others', async () => {
    const late = access(early(IN_TWO_YEARS, 'gold'));
    const cell = await openCell({ access: late, offers: [onSale('a', { access: late })] });
    expect(await ask(cell, 'gold')).toBe('placed');
    const closed = await notYet({}, late);
    expect(await ask(closed, 'gold')).toEqual(notOpen(NEXT_YEAR));
  });

  test('a sale that is paused or over is so for members, too', async () => {
    const offers = [onSale('a')];
    const early = { opensAtMs: NEXT_YEAR, access: GOLD, offers };
    const resting = await openCell({ ...early, state: 'paused' });
    expect(await ask(resting, 'gold')).toEqual({ code: 'sale_paused' });
    const over = await openCell({ ...early, closesAtMs: LAST_YEAR });
    expect(await ask(over, 'gold')).toEqual({ code: 'sale_over' });
  });

  test('each item of a batch is judged by its own member tier', async () => {
    const cell = await notYet({}, access(early(LAST_YEAR, 'gold')));
    const tiers = ['gold', null, 'iron', 'gold', null];
    const items = tiers.map((member, i) => item({ member, shopper: `u${i}` }));
    const words = (await cell.buy(items)).map(({ word }) => word);
    expect(words).toEqual(['placed', 'refused', 'refused', 'placed', 'refused']);
    expect(await cell.unitsLeft('a')).toBe(98);
    const carts = tiers.map((member, i) => cartOf({ member, shopper: `c${i}` as never }));
    const reply = await cell.checkOutAll(carts);
    expect(reply).toMatchObject({ outcomes: words.map((word) => ({ word })) });
  });

  test('a claim waits for the opening, also that of a member', async () => {
    const claims = { quota: 5, limitPerShopper: 5 };
    const cell = await openCell({
      opensAtMs: NEXT_YEAR,
      access: GOLD,
      rules: { ...plainRules, promotions: [promotion('coupon', { isCoupon: true, claims })] },
      potsLeft: new Map([['quota:coupon', 5]]),
    });
    const claimed = await cell.claim([claimOf({ member: 'gold' })]);
    expect(claimed).toMatchObject([{ refusal: notOpen(NEXT_YEAR) }]);
  });

  test('a replay is answered before the window is looked at', async () => {
    const order = item({ member: 'gold' });
    const cell = await notYet();
    expect(await cell.buy([order])).toMatchObject([{ word: 'placed' }]);
    const again = { ...order, member: null };
    expect(await cell.buy([again])).toMatchObject([{ word: 'replayed', serial: order.serial }]);
    const cart = cartOf({ member: 'gold', shopper: 'u2' as never });
    expect(await cell.checkOut(cart)).toMatchObject({ word: 'placed' });
    expect(await cell.checkOut({ ...cart, member: null })).toMatchObject({ word: 'replayed' });
  });
});

test('a cell whose early access cannot be read says so and sells nothing', async () => {
  const cell = await notYet({}, 'spoiled');
  expect(await ask(cell, 'gold')).toBe('unreadable');
  expect(await ask(cell, null)).toEqual(notOpen(NEXT_YEAR));
  await redis.hdel(cell.keys.meta, 'access');
  expect(await ask(cell, 'gold')).toBe('unreadable');
  expect(await cell.unitsLeft('a')).toBe(100);
});

describe('a paused offer', () => {
  const halted = { offers: [onSale('a', { paused: true }), onSale('b')] };

  test('takes no orders, and the refusal names it', async () => {
    const cell = await openCell(halted);
    expect(await ask(cell, 'gold')).toEqual(paused);
    expect(await ask(cell, null, 'b')).toBe('placed');
    const mixed = await cell.checkOut({ lines: cartLines(['b', 1], ['a', 1]) });
    expect(mixed).toMatchObject({ refusal: paused });
    expect(await cell.unitsLeft('a')).toBe(100);
  });

  test('answers replays', async () => {
    const order = item({ key: 'k' });
    const cell = await openCell({ ...halted, orders: [order] });
    expect(await cell.buy([order])).toMatchObject([{ word: 'replayed' }]);
  });

  test('is over, not paused, once it is over', async () => {
    const offers = [onSale('a', { paused: true, closes_at: LAST_YEAR })];
    expect(await ask(await openCell({ offers }), null)).toEqual({ code: 'sale_over' });
  });
});

const tiers = ['gold', 'silver', 'iron', null];

test('the scripts open each offer to each member when the domain says so', async () => {
  const dice = new Dice(12);
  const pick = <Value>(values: readonly Value[]): Value => values[dice.below(values.length)]!;
  const times = [-3, -2, -1, 1, 2, 3].map((years) => NEXT_YEAR + (years - 1) * YEAR_MS);
  const rows = (): EarlyAccess[] =>
    Array.from({ length: pick([0, 0, 1, 3]) }, () =>
      early(pick(times), ...new Set([pick(['gold', 'silver']), pick(['gold', 'iron'])])),
    );
  let opened = 0;
  for (let round = 0; round < 40; round++) {
    const sale = { opensAtMs: pick(times), access: rows() };
    const windows = Array.from({ length: 16 }, (_, i) => ({
      id: `o${i}`,
      opensAtMs: pick([null, ...times]),
      access: rows(),
    }));
    const cell = await openCell({
      opensAtMs: sale.opensAtMs,
      access: accessText(sale.access),
      offers: windows.map(({ id, opensAtMs, access: own }) =>
        onSale(id, { opens_at: opensAtMs ?? 0, access: accessText(own) }),
      ),
    });
    const asked = windows.flatMap((offer) => tiers.map((member) => ({ offer, member })));
    const items = asked.map(({ offer: { id }, member }, i) =>
      item({ offer: id, member, shopper: `u${i}` }),
    );
    const nowMs = Date.now();
    const expected = asked.map(({ offer, member }) =>
      isOpenFor(sale, offer, member, nowMs)
        ? { word: 'placed' }
        : { refusal: notOpen(opensForMs(sale, offer, member)) },
    );
    opened += expected.filter(({ word }) => word).length;
    expect(await cell.buy(items)).toMatchObject(expected);
  }
  expect(opened).toBeGreaterThan(400);
});
