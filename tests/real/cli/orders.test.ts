import { beforeAll, expect, test } from 'vitest';
import type { OfferId, ShopperId } from '../../../src/domain/ids.ts';
import { cancelOrder } from '../../../src/service/orders/cancel-order.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { doorbusterOn, environmentOf, runCommand } from '../../world/servers/command.ts';
import type { Outcome } from '../../world/servers/command.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop } from '../../world/stage/shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let shop: Shop;
let order: string;

withStage('file', Shop.create, (made, itsWorld) => {
  shop = made;
  world = itsWorld;
});
beforeAll(async () => {
  await shop.open([offer('mug', { cap: 10 })]);
  const lines = [{ offer: 'mug' as OfferId, quantity: 7 }];
  const placed = (await shop.checkOut({ lines })) as Placed;
  order = placed.order.id;
  await shop.settleAll();
});

const doorbuster = (...args: string[]): Promise<Outcome> => doorbusterOn(world, args);

test('a cap is cut and raised during the sale, and its debt is shown until paid', async () => {
  const { sale } = shop;
  const stand = 'cap of mug: asked 5, effective 7, committed 7, debt 2\n';
  expect(await doorbuster('sale', 'cap', sale, 'mug', '5')).toMatchObject({ code: 0, out: stand });
  expect((await doorbuster('sale', 'show', sale)).out).toContain(stand);
  const raised = 'cap of mug: asked 20, effective 20, committed 7, debt 0\n';
  expect((await doorbuster('sale', 'cap', sale, 'mug', '20')).out).toBe(raised);
  expect((await doorbuster('sale', 'show', sale)).out).not.toContain('cap of mug');
});

test('a wrong cap changes nothing', async () => {
  const none = await doorbuster('sale', 'cap', shop.sale, 'none', '5');
  expect(none).toMatchObject({ code: 1, err: `${shop.sale}/none: there is no such offer\n` });
  const noSale = await doorbuster('sale', 'cap', 'nope', 'mug', '5');
  expect(noSale).toMatchObject({ code: 1, err: 'nope: there is no such sale\n' });
  for (const cap of ['x', '1000000001']) {
    const { code, err } = await doorbuster('sale', 'cap', shop.sale, 'mug', cap);
    expect(code, cap).toBe(2);
    expect(err).toContain('a whole number from 0 to 1000000000');
  }
});

test('an order is shown with its whole history', async () => {
  const before = await doorbuster('order', 'show', order);
  expect(before.out).toContain(`${order} · reserved · shopper u1\n`);
  expect(before.out).toContain('total 6930 · refunded 0 (minor units)\n');
  await cancelOrder(shop.api, order as never, 'u1' as ShopperId);
  const after = await doorbuster('order', 'show', order);
  expect(after.out).toContain('· cancelled ·');
  expect(after.out).toMatch(/reserved +│ cancelled +│ shopper +│/);
  const none = await doorbuster('order', 'show', 'none');
  expect(none).toMatchObject({ code: 1, err: 'the ledger has no order none\n' });
});

test('a command whose reader has gone ends quietly, with its own exit code', async () => {
  const piped = (words: string) =>
    runCommand('sh', ['-c', `{ ${words}; echo $? >&2; } | true`], environmentOf(world));
  expect((await piped(`./doorbuster order show ${order}`)).err).toBe('0\n');
  expect((await piped('./doorbuster audit')).err).toBe('0\n');
  const wrong = await piped('./doorbuster order show none');
  expect(wrong.err).toBe('the ledger has no order none\n1\n');
});
