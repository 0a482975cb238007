import { expect, test } from 'vitest';
import type { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

interface Ran {
  readonly chore: string;
  readonly every_ms: number;
  readonly process: string;
  readonly ran_at: Date;
}

async function runs(): Promise<Ran[]> {
  const text = 'select chore, every_ms, process, ran_at from chore_runs order by chore';
  return (await shop.worker.pool.query<Ran>(text)).rows;
}

test('the ledger knows when each chore last succeeded, and where', async () => {
  shop.worker.chores.start();
  const ages = shop.worker.chores.ages().map(({ chore }) => chore);
  const first = await until(
    async () => {
      const all = await runs();
      return all.length === ages.length ? all : null;
    },
    { describe: 'each chore has run' },
  );
  expect(first.map(({ chore }) => chore)).toEqual(ages.toSorted());
  expect(first.find(({ chore }) => chore === 'expire')).toMatchObject({
    every_ms: 1_000,
    process: expect.stringMatching(/^worker \S+:\d+$/),
  });
  const isLater = async () => {
    const expire = (await runs()).find(({ chore }) => chore === 'expire');
    const before = first.find(({ chore }) => chore === 'expire')!;
    return expire!.ran_at > before.ran_at;
  };
  await until(isLater, { describe: 'it has run again' });
});
