import { beforeAll, expect, test } from 'vitest';
import { recordDiverged } from '../../../src/ledger/cell-rows.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { addressOf, claimElsewhere, surely } from '../../world/stage/life.ts';
import { PROTOCOL } from '../../../src/cell/protocol.ts';
import { Shop } from '../../world/stage/shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const OURS = String(PROTOCOL);

let world: World;
let shop: Shop;
withStage('file', Shop.create, (made, itsWorld) => {
  shop = made;
  world = itsWorld;
});
beforeAll(async () => {
  await shop.open([offer('a', { cap: 10 })]);
  surely(await shop.buy({ shopper: 'u1', key: 'k' }));
  await shop.settleAll();
  surely(await shop.buy({ shopper: 'u2' }));
});

const cell = (...args: string[]) => doorbusterOn(world, ['cell', ...args]);

/** The columns of the only row of the table. */
async function listed(): Promise<string[]> {
  const { code, out } = await cell('list', shop.sale);
  expect(code).toBe(0);
  const rows = out.split('\n').filter((line) => line.includes(`${shop.sale}.0`));
  expect(rows).toHaveLength(1);
  return rows[0]!
    .split('│')
    .map((column) => column.trim())
    .slice(1, -1);
}

test('cells are listed with what the ledger and Redis say of them', async () => {
  const { out } = await cell('list');
  expect(out).toMatch(/cell .*epoch .*state .*protocol .*in Redis .*watermark/);
  const instructions = expect.stringMatching(/^(\d+) of \1$/);
  expect(await listed()).toEqual([
    ...[`${shop.sale}.0`, '1', 'open', OURS, 'open', '1', '1', '1 of 2'],
    instructions,
  ]);
});

test('a cell is recovered, and its orders are kept', async () => {
  await recordDiverged(shop.worker.pool, { sale: shop.sale, cell: 0 }, 1);
  expect((await listed()).slice(1, 3)).toEqual(['1', 'diverged']);
  const name = `${shop.sale}.0`;
  const before = 'it was diverged in epoch 1 and is open in epoch 2';
  const recovered = { code: 0, out: `${name}: recovered; ${before}\n`, err: '' };
  expect(await cell('recover', shop.sale, '0')).toEqual(recovered);
  await shop.api.directory.refresh();
  expect(await shop.buy({ shopper: 'u1', key: 'k' })).toMatchObject({ isReplay: true });
  const again = await cell('recover', shop.sale, '0');
  expect(again.out).toBe(`${name}: recovered; it was open in epoch 2 and is open in epoch 3\n`);
});

test('a cell that is lost or damaged in Redis is listed as that', async () => {
  const { redis } = shop.worker;
  shop.api.watch.stop();
  const { keys } = await addressOf(shop);
  await redis.rename(keys.stock, `${keys.stock}:away`);
  await redis.rpush(keys.stock, 'a list');
  expect((await listed())[4]).toBe('damaged');
  await redis.flushall();
  expect((await listed()).slice(2, 5)).toEqual(['open', OURS, 'lost']);
  expect((await cell('recover', shop.sale, '0')).code).toBe(0);
  expect((await listed()).slice(2, 5)).toEqual(['open', OURS, 'open']);
});

test('a cell that is not there, or not ours, is refused with the reason', async () => {
  const none = { code: 1, out: '', err: 'there is no sale nope\n' };
  expect(await cell('list', 'nope')).toEqual(none);
  expect(await cell('recover', 'nope', '0')).toEqual(none);
  const noCell = { code: 1, err: `${shop.sale} has no cell 7\n` };
  expect(await cell('recover', shop.sale, '7')).toMatchObject(noCell);
  expect((await cell('recover', shop.sale, 'first')).code).toBe(2);
  await claimElsewhere(shop);
  const taken = { code: 1, err: `${shop.sale}.0: another process is recovering it\n` };
  expect(await cell('recover', shop.sale, '0')).toMatchObject(taken);
  await shop.worker.pool.query('update cells set protocol = protocol + 1');
  const foreign = await cell('recover', shop.sale, '0');
  expect(foreign.code).toBe(1);
  expect(foreign.err).toContain('another release has it');
});
