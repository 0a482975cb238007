import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AcknowledgedEntry } from '../../../src/domain/cells/acknowledged-entry.ts';
import { readOutbox } from '../../../src/cell/cells/outbox.ts';
import type { ClaimRequest } from '../../../src/service/selling/claim.ts';
import { readEntry } from '../../../src/domain/outbox-entry.ts';
import { unpack } from '../../../src/platform/codec.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { Proxy } from '../../world/servers/proxy.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';

/** These tests cut connections and lose an outbox on purpose. */
const observer = { ...ignore, onError: () => {}, onRecovery: () => {} };

let world: World;
let proxy: Proxy;
/** Its api is the first one. */
let shop: Shop;
let other: Shop;
/** The same sale through the other api. */
let via: Shop;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  proxy = await Proxy.start(world.redisUrl);
  shop = await Shop.create({ ...world, redisUrl: proxy.url }, { observer });
  await shop.open([offer('a', { cap: 100 }), offer('c', { cap: 100, lane: 'cart' })]);
  const claims = { quota: 10, limitPerShopper: 5 };
  await shop.setRules([promotion('coupon', { layer: 'store', isCoupon: true, claims })]);
  other = await Shop.create(world, { observer });
  await other.api.directory.refresh();
  via = Object.assign(Object.create(shop), { api: other.api }) as Shop;
});
afterEach(async () => {
  await Promise.all([shop.close(), other.close()]);
  await proxy.close();
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const address = () => shop.api.directory.cell(cell())!;

const flash = { shopper: 'u1', key: 'flash' };
const cart = { key: 'cart', lines: cartLines(['c', 2]) } as never;
const wish: Partial<ClaimRequest> = { key: 'wish' as never };
const asks: [what: string, ask: (through: Shop) => Promise<object>][] = [
  ['an order of the flash lane', (through) => through.buy(flash)],
  ['a cart', (through) => through.checkOut(cart)],
  ['a claim', (through) => through.claim('coupon', wish)],
];

const entryOf = ({ body, ...head }: AcknowledgedEntry) => readEntry(head, unpack(body));

/** What an api remembers. It acknowledges nothing of the epoch afterwards. */
const rememberedBy = ({ api }: Shop) =>
  [...api.acknowledged.close(cell(), address().epoch + 1).entries].map(entryOf);

const outbox = async () =>
  (await readOutbox(address(), { afterSeq: 0, ordersMax: Infinity })).map(({ entry }) => entry);

describe('an api that repeats the answer of another one', () => {
  test.each(asks)('remembers the entry of %s', async (_, ask) => {
    await ask(shop);
    expect(await ask(via)).toMatchObject({ isReplay: true });
    expect(await ask(via)).toMatchObject({ isReplay: true });
    const entries = await outbox();
    expect(entries).toHaveLength(1);
    expect(rememberedBy(via)).toEqual(entries);
  });

  test.each(asks)('remembers nothing of %s that is settled', async (_, ask) => {
    await ask(shop);
    await shop.settleAll();
    expect(await ask(via)).toMatchObject({ isReplay: true });
    expect(rememberedBy(via)).toEqual([]);
  });

  test.each(asks)('is busy while the entry of %s cannot be found', async (_, ask) => {
    await ask(shop);
    await shop.worker.redis.unlink(address().keys.outbox);
    expect(await ask(via)).toMatchObject({ code: 'busy' });
  });
});

describe('an api whose reply is lost', () => {
  test.each(asks)('remembers the entry of %s that it finds by a look-up', async (_, ask) => {
    const { shas } = address();
    const lookups = [shas!.lookup, shas!.wallets];
    proxy.strike('doorbuster-hot', 'hold');
    const answer = ask(shop);
    const isLookedUp = () => lookups.some((sha) => proxy.timesHeard(sha) > 0);
    await until(isLookedUp, { describe: 'it is looked up' });
    proxy.strike('doorbuster-hot', null);
    expect(await answer).toMatchObject({ isReplay: false });
    const entries = await outbox();
    expect(entries).toHaveLength(1);
    expect(rememberedBy(shop)).toEqual(entries);
  });
});
