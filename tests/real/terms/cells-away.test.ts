import { afterEach, expect, test } from 'vitest';
import { recordDiverged } from '../../../src/ledger/cell-rows.ts';
import { within } from '../../../src/platform/deadline.ts';
import { BUSY } from '../../../src/domain/refusals.ts';
import { ANY } from '../../../src/domain/terms/expected-version.ts';
import { saleStatus } from '../../../src/service/sale-status.ts';
import { deletePromotion } from '../../../src/service/terms/delete-terms.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { addressOf } from '../../world/stage/life.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';

/** Longer than a status may take while a cell is silent. */
const ANSWERED_MS = 3_000;

let proxy: TcpProxy;
let shop: Shop;

withStage(
  'test',
  async (world) => {
    const url = new URL(world.redisUrl);
    proxy = await TcpProxy.start({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${proxy.port}`;
    const observer = { ...ignore, onError: () => {}, onRecovery: () => {} };
    const made = await Shop.create({ ...world, redisUrl: url.href }, { observer });
    await made.open([offer('a', { cap: 10 })], { cells: 2 });
    made.api.watch.stop();
    return made;
  },
  (made) => (shop = made),
);
afterEach(async () => proxy.stop());

async function waiting() {
  const found = await within(ANSWERED_MS, () => saleStatus(shop.api, shop.sale));
  return found!.waiting;
}

const query = (text: string) => shop.worker.pool.query(text);

test('a cell that is not open in the ledger is away since it ceased to be', async () => {
  expect(await waiting()).toEqual([]);
  await recordDiverged(shop.worker.pool, { sale: shop.sale, cell: 1 }, 1);
  const { rows } = await query(
    'select (extract(epoch from away_since) * 1000)::bigint as ms from cells where cell = 1',
  );
  const detail = `${shop.sale}.1: diverged`;
  expect(await waiting()).toEqual([{ for: 'cells_away', count: 1, sinceMs: rows[0].ms, detail }]);
  const { id } = await addressOf(shop, 1);
  await shop.worker.recoverOnce.recover(id, await addressOf(shop, 1));
  expect(await waiting()).toEqual([]);
});

test('a cell of another release, and one whose keys are lost, are away', async () => {
  await query('update cells set protocol = 99 where cell = 1');
  const { keys } = await addressOf(shop, 0);
  await shop.worker.redis.del(keys.fence, keys.meta);
  const detail = `${shop.sale}.0: lost, ${shop.sale}.1: with another release`;
  expect(await waiting()).toEqual([{ for: 'cells_away', count: 2, sinceMs: null, detail }]);
});

test('cells of a silent Redis are away, and the status answers all the same', async () => {
  proxy.drop('both');
  const detail = `${shop.sale}.0: no answer, ${shop.sale}.1: no answer`;
  expect(await waiting()).toEqual([{ for: 'cells_away', count: 2, sinceMs: null, detail }]);
  proxy.drop(null);
});

test('a promotion stays while a silent cell may have used it', async () => {
  await shop.setRules([promotion('off')]);
  const remove = () => deletePromotion(shop.api, shop.sale, 'off', OPERATOR, ANY);
  proxy.drop('both');
  expect(await remove()).toEqual(BUSY);
  proxy.drop(null);
  const isGone = async () => 'kind' in (await remove());
  await until(isGone, { describe: 'its cells answer, and it is deleted' });
});
