import { expect, test } from 'vitest';
import { listDeadLetters } from '../../../src/ledger/cells/dead-letters.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let shop: Shop;
withStage('file', Shop.create, (made, itsWorld) => {
  shop = made;
  world = itsWorld;
});

const release = (id: number) => doorbusterOn(world, ['dead-letters', 'release', String(id)]);

test('units that a command releases come back on sale, even without a worker', async () => {
  await shop.open([offer('a', { cap: 1, limitPerShopper: 1 })]);
  const { pool, directory } = shop.worker;
  await pool.query(`alter table orders add constraint refused check (shopper <> 'bad')`);
  const before = (await shop.buy({ shopper: 'bad', key: 'k' })) as Placed;
  await shop.settleAll();
  await pool.query('alter table orders drop constraint refused');
  const [letter] = await listDeadLetters(pool, { state: 'buried' });
  expect(letter).toMatchObject({ orderId: before.order.id });
  const { id } = letter!;
  expect(await release(id)).toEqual({ code: 0, out: `${id}: released\n`, err: '' });
  await Promise.all([shop.api.directory.refresh(), directory.refresh()]);
  // A unit that comes back to an empty shelf waits until no api remembers the shelf as empty.
  const buyAgain = async () => {
    const answer = await shop.buy({ shopper: 'bad', key: 'k' });
    return 'order' in answer && answer;
  };
  const after = await until(buyAgain, { describe: 'the unit is sold again' });
  expect(after).toMatchObject({ isReplay: false });
  expect(await release(id)).toMatchObject({
    code: 1,
    err: `${id}: It was already replayed or released.\n`,
  });
});
