import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doorbusterOn } from '../../world/servers/command.ts';
import type { Outcome } from '../../world/servers/command.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

let world: World;
withWorld('file', (made) => (world = made));

const doorbuster = (...args: string[]): Promise<Outcome> => doorbusterOn(world, args);

const file = {
  sale: {
    id: 'spring',
    ...saleBody({ name: 'Spring', cells: 2, pointsRate: 10 }),
  },
  offers: [{ id: 'mug', ...offerBody({ price: 9_900 }) }],
  budgets: [{ id: 'own', store: 'store-1', amount: 10_000, policy: 'partial' }],
  promotions: [
    {
      id: 'ten-off',
      layer: 'store_coupon',
      stores: ['store-1'],
      coupon: true,
      effect: { kind: 'fixed', off: 1_000, from: 9_900 },
      budget: 'own',
      funder: 'store',
      claims: { quota: 100 },
    },
    {
      id: 'every-300',
      layer: 'cross_store',
      effect: { kind: 'every', every: 30_000, off: 5_000 },
      funder: 'platform',
    },
  ],
  coupons: [{ promotion: 'ten-off', shoppers: ['u2', 'u1'], each: 2 }],
  balances: [{ shopper: 'u1', points: 500, redPacket: 188 }],
};

async function apply(contents: object): Promise<Outcome> {
  const path = join(mkdtempSync(join(tmpdir(), 'doorbuster-cli-')), 'sale.json');
  writeFileSync(path, JSON.stringify(contents));
  return doorbuster('sale', 'apply', path);
}

/** The output of `apply` when every item of `file` exists already. */
const nothingNew = Object.entries(file)
  .map(([list, items]) =>
    list === 'sale'
      ? 'spring: unchanged\n'
      : `${list}: 0 created, 0 changed, ${(items as object[]).length} unchanged\n`,
  )
  .join('');

test('a sale is applied with its promotions, and applied again it grants nothing', async () => {
  const first = await apply(file);
  expect(first.err).toBe('');
  expect(first.out).toContain('spring: created\n');
  expect(first.out).toContain('promotions: 2 created, 0 changed, 0 unchanged\n');
  const turned = { ...file.coupons[0]!, shoppers: ['u1', 'u2'] };
  expect((await apply({ ...file, coupons: [turned] })).out).toBe(nothingNew);
  expect((await doorbuster('sale', 'open', 'spring')).out).toBe('spring: open\n');
  expect((await apply(file)).out).toBe(nothingNew);
  expect((await doorbuster('audit')).out).toContain('spring: 0 broken promises');
});

/** The cells of the table row that begins with this cell. */
const rowOf = (out: string, first: string): string[] | undefined =>
  out
    .split('\n')
    .map((line) => line.split('│').map((cell) => cell.trim()))
    .find(([, cell]) => cell === first)
    ?.slice(1, -1);

test('a sale is shown with its budgets and promotions and what is used of them', async () => {
  const { out } = await doorbuster('sale', 'show', 'spring');
  expect(rowOf(out, 'own')).toEqual(['own', 'store-1', 'partial', '10000', '10000', '0']);
  expect(rowOf(out, 'ten-off')).toEqual([
    ...['ten-off', 'store_coupon', 'store-1, with a coupon', '1000 from 9900'],
    ...['own', 'store', '0 of 100'],
  ]);
  expect(rowOf(out, 'every-300')).toEqual([
    ...['every-300', 'cross_store', '', '5000 every 30000', '', 'platform', ''],
  ]);
});

test('an item that the ledger refuses is named with the reason; nothing is applied', async () => {
  const named = { ...file.sale, name: 'Summer' };
  const less = { ...file, sale: named, budgets: [{ ...file.budgets[0], amount: 1 }] };
  const refused = await apply(less);
  expect(refused).toMatchObject({ code: 1 });
  const advice = 'Nothing is applied. Fix the file, then apply it again.';
  expect(refused.err).toMatch(new RegExp(`^spring/own: \\w.+\n${advice}\n$`));
  expect((await doorbuster('sale', 'show', 'spring')).out).not.toContain('Summer');
});
