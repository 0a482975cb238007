import { beforeAll, expect, test } from 'vitest';
import { doorbusterOn } from '../../world/servers/command.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { listen } from '../../world/stage/webhooks.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let sale: LedgerSale;

withStage('file', LedgerSale.create, (made, itsWorld) => {
  sale = made;
  world = itsWorld;
});
beforeAll(async () => {
  await sale.open();
});

const webhooks = (...args: string[]) => doorbusterOn(world, ['webhooks', ...args]);

test('endpoints are listed, and dead deliveries are shown and replayed', async () => {
  const secret = await listen(sale.pool, sale.id, 'https://shop.example/hook');
  const listed = await webhooks('list', sale.id);
  expect(listed.out).toMatch(/w1 .* all .* order\.placed .* https:\/\/shop\.example\/hook/);
  expect(listed.out).not.toContain(secret);
  await sale.settle({ orders: [cart({ shopper: 'u1' }), cart({ shopper: 'u2' })] });
  await sale.pool.query(
    "update webhook_deliveries set state = 'dead', ended_at = now(), error = 'answered 500'",
  );
  const dead = await webhooks('dead', sale.id, 'w1');
  expect(dead.out).toContain('answered 500');
  const [name] = /delivery_\d+/.exec(dead.out)!;
  expect((await webhooks('replay', sale.id, 'w1', name)).out).toBe('1 to be sent again\n');
  const again = await webhooks('replay', sale.id, 'w1', name, 'delivery_999999');
  expect(again.out).toBe('0 to be sent again, 2 skipped: not dead, or not of w1\n');
});

test("a merchant's endpoint is named by its store, and may be deleted", async () => {
  const url = 'https://store.example/hook';
  await listen(sale.pool, sale.id, url, { id: 'erp', store: 's2', by: 's2' });
  expect((await webhooks('list', sale.id)).out).toMatch(/erp .* s2 .* s2 .* order\.placed/);
  const gone = { code: 1, err: `there is no webhook erp of a sale ${sale.id}\n` };
  expect(await webhooks('delete', sale.id, 'erp')).toMatchObject(gone);
  const deleted = await webhooks('delete', sale.id, 'erp', '--store', 's2');
  expect(deleted).toMatchObject({ code: 0, out: 'deleted\n' });
  expect((await webhooks('list', sale.id)).out).not.toContain(url);
});

test('an unknown endpoint is named with exit code 1, and what is no delivery with 2', async () => {
  const gone = { code: 1, err: `there is no webhook w9 of a sale ${sale.id}\n` };
  expect(await webhooks('replay', sale.id, 'w9')).toMatchObject(gone);
  const wrong = await webhooks('replay', sale.id, 'w1', 'seven');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toMatch(/^error: seven is not the id of a delivery, such as delivery_123\n/);
});

test('a dash stands for the endpoints of all sales', async () => {
  const url = 'https://everywhere.example/hook';
  await listen(sale.pool, null, url, { id: 'all' });
  expect((await webhooks('list', '-')).out).toMatch(/all .* operator .* all .* order\.placed/);
  expect(await webhooks('delete', '-', 'all')).toMatchObject({ code: 0, out: 'deleted\n' });
});
