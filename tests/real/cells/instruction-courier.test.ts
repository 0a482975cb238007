import { beforeEach, expect, test } from 'vitest';
import { Directory } from '../../../src/cell/sale-directory.ts';
import type { CellId } from '../../../src/domain/ids.ts';
import { directorySource } from '../../../src/ledger/terms/directory-source.ts';
import { appendInstructions } from '../../../src/ledger/instructions.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { InstructionCourier } from '../../../src/service/cells/instruction-courier.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import type { Seen } from '../../../src/service/cells/claim-cell.ts';
import { addressOf } from '../../world/stage/life.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { giveUnits } from '../../../src/ledger/books/allotments.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';

let shop: Shop;

withShop((made) => (shop = made));
beforeEach(async () => {
  await shop.open([offer('a', { cap: 10 })]);
  await shop.worker.directory.refresh();
});

const cell = () => ({ sale: shop.sale, cell: 0 });

/** Adds one unit that the cell has not been told of. */
async function giveOne(): Promise<void> {
  const { pool } = shop.worker;
  await pool.query('update offers set cap = cap + 1');
  await transaction(pool, async (client) => {
    await giveUnits(client, shop.sale, 'a' as never, [1]);
    await appendInstructions(client, cell(), [{ kind: 'units', offer: 'a', units: 1 }]);
  });
}

const stock = async () =>
  Number(await shop.worker.redis.hget((await addressOf(shop)).keys.stock, 'a'));

const noError = (error: Error) => {
  throw error;
};

test('a cell has everything committed before a call once the call returns', async () => {
  for (let given = 1; given <= 3; given++) {
    await giveOne();
    await shop.worker.courier.push(cell());
    expect(await stock()).toBe(10 + given);
  }
});

test('calls made during a delivery share the next one', async () => {
  let deliveries = 0;
  const { directory } = shop.worker;
  const counting = Object.create(directory, {
    cell: { value: (id: never) => (deliveries++, directory.cell(id)) },
  }) as typeof directory;
  const courier = new InstructionCourier({ ...shop.worker, directory: counting, onError: noError });
  await giveOne();
  await Promise.all(Array.from({ length: 21 }, () => courier.push(cell())));
  expect(await stock()).toBe(11);
  expect(deliveries).toBe(2);
  await giveOne();
  await courier.push(cell());
  expect(await stock()).toBe(12);
});

test('a cell whose scripts are gone is opened again with the units it was owed', async () => {
  const { epoch } = await addressOf(shop);
  await giveOne();
  await shop.worker.redis.script('FLUSH');
  await shop.worker.courier.push(cell());
  // The api also looks at the cell; the process that comes first rebuilds it.
  await until(async () => (await stock()) === 11, { describe: 'the cell has what it was owed' });
  expect((await addressOf(shop)).epoch).toBe(epoch + 1);
  expect((await shop.audit()).brokenPromises).toEqual([]);
});

test('a failed delivery is reported, does not hinder later calls and never rejects', async () => {
  const errors: string[] = [];
  const onError = (error: Error, name: string) => errors.push(`${name}: ${error.message}`);
  const courier = new InstructionCourier({ ...shop.worker, onError });
  await giveOne();
  const { redis } = shop.worker;
  await addressOf(shop);
  await redis.call('REPLICAOF', '127.0.0.1', '1');
  await Promise.all([courier.push(cell()), courier.push(cell())]);
  expect(errors[0]).toMatch(new RegExp(`^${shop.sale}.0: (READONLY|MASTERDOWN)`));
  await redis.call('REPLICAOF', 'NO', 'ONE');
  await courier.push(cell());
  expect(await stock()).toBe(11);
});

test('a cell that another process opens again meanwhile is told in its new epoch', async () => {
  const { pool, connections, protocol, recoverOnce, time } = shop.worker;
  // Nobody refreshes it meanwhile.
  const directory = new Directory(directorySource(pool), connections, protocol);
  await directory.refresh();
  const errors: Error[] = [];
  const recoveries: unknown[] = [];
  const watching = {
    recover: async (id: CellId, seen: Seen) => {
      const outcome = await recoverOnce.recover(id, seen);
      recoveries.push(outcome);
      await directory.refresh();
      return outcome;
    },
  };
  const onError = (error: Error) => errors.push(error);
  const { onCorrupt } = shop.worker;
  const deps = { pool, directory, onCorrupt, onError };
  const courier = new InstructionCourier({ ...deps, recoverOnce: watching });
  await giveOne();
  const { epoch } = await addressOf(shop);
  const other = { ...SILENT, pool, connections, protocol, time };
  expect(await recover(other, cell(), { epoch, state: 'open' })).toBe('opened');
  await giveOne();
  expect(directory.cell(cell())!.epoch, 'this process still knows the old epoch').toBe(epoch);
  await courier.push(cell());
  expect(await stock()).toBe(12);
  expect(recoveries).toEqual(['not_needed']);
  expect(errors).toEqual([]);
  expect((await addressOf(shop)).epoch).toBe(epoch + 1);
});
