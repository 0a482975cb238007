import { JWT_SECRET } from '../../builders/secrets.ts';
import { DEFAULT_LAYERS } from '../../../src/domain/promotion.ts';
import { storeId } from '../../builders/ids.ts';
import { offerBody, saleBody } from '../../builders/sale-files.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { CALLERS } from './callers.ts';
import type { Caller } from './callers.ts';
import type { FuzzWorld } from './fuzz-world.ts';

/** The names are those in the examples of the document. */
const STORES = ['kiln-and-cup', 'store-2'];
const SHOPPERS = ['alice', 'bob', 'carol'];
const PLENTY = 100_000;

/** A sale of each thing that a route can name. `note` is free, so that its orders are paid. */
function saleFile(id: string): SaleFile {
  const own = { store: 'kiln-and-cup', cap: PLENTY };
  return {
    sale: { id, ...saleBody({ stores: STORES.map((store) => ({ store: storeId(store) })) }) },
    offers: [
      { id: 'mug', ...offerBody({ ...own, categories: ['kitchen'], limitPerShopper: 50 }) },
      { id: 'cup', ...offerBody({ store: 'store-2', cap: PLENTY, categories: ['kitchen'] }) },
      { id: 'note', ...offerBody({ store: 'store-2', price: 0, cap: PLENTY }) },
      { id: 'rare', ...offerBody({ ...own, cap: 2 }) },
      { id: 'early', ...offerBody({ ...own, opensAt: '2098-01-01T00:00:00Z' }) },
    ],
    budgets: [
      { id: 'spring-money', amount: PLENTY, policy: 'partial' },
      { id: 'own', amount: PLENTY, policy: 'whole', store: 'kiln-and-cup' },
    ],
    promotions: [
      {
        id: 'off',
        layer: 'cross_store',
        funder: 'platform',
        budget: 'spring-money',
        effect: { kind: 'fixed', off: 100 },
      },
      {
        id: 'spring-coupon',
        layer: 'store_coupon',
        stores: ['kiln-and-cup'],
        funder: 'store',
        coupon: true,
        budget: 'own',
        claims: { quota: PLENTY, limitPerShopper: 9 },
        effect: { kind: 'percent', bps: 1_000 },
      },
    ],
    coupons: [{ promotion: 'spring-coupon', shoppers: SHOPPERS, each: 3 }],
    balances: SHOPPERS.map((shopper) => ({ shopper, points: PLENTY, redPacket: PLENTY })),
  } as unknown as SaleFile;
}

/** A machine that is busy with other work may be late several times. */
const TRIES = 10;
const BUSY = 503;

/** Sends a request that must succeed. @returns the body of the answer */
async function ask(
  { wide }: FuzzWorld,
  caller: Caller,
  method: 'PUT' | 'POST',
  url: string,
  { body = {}, key = '' }: { readonly body?: object; readonly key?: string } = {},
): Promise<Record<string, unknown>> {
  const authorization = CALLERS[caller]!;
  const headers = { authorization, ...(key ? { 'idempotency-key': key } : {}) };
  for (let tries = 1; ; tries++) {
    const answer = await wide.inject({ method, url, payload: body, headers });
    const { statusCode } = answer;
    if (statusCode < 300) return answer.json();
    if (statusCode === BUSY && tries < TRIES) continue;
    throw new Error(`${method} ${url} answered ${statusCode}: ${answer.body}`);
  }
}

/** Orders of each shopper: one is free and so paid, one waits for payment, one is cancelled. */
async function placeOrders(world: FuzzWorld, sale: string): Promise<string[]> {
  const orders: string[] = [];
  for (const caller of ['shopper alice', 'shopper bob', 'gold shopper'] as const) {
    for (const [i, offer] of ['note', 'mug', 'cup'].entries()) {
      const body = { lines: [{ offer, quantity: 3 }] };
      const more = { body, key: `season-${i}` };
      const order = await ask(world, caller, 'POST', `/v1/sales/${sale}/orders`, more);
      orders.push(String(order['id']));
    }
    await ask(world, caller, 'POST', `/v1/orders/${orders.at(-1)!}/cancel`);
    await pay(world, caller, orders.at(-2)!);
  }
  return orders;
}

/** Begins to pay; the event of the provider, which a request may bring later, completes it. */
async function pay(world: FuzzWorld, caller: Caller, order: string): Promise<void> {
  const { id, url } = await ask(world, caller, 'POST', `/v1/orders/${order}/payments`);
  const ref = String(url).split('/').at(-1)!;
  world.known.add('payment', String(id));
  world.known.add('ref', ref);
  const answer = await fetch(`${world.sandboxUrl}/payments/${ref}/pay`, { method: 'POST' });
  await answer.arrayBuffer();
}

async function setWebhooks(world: FuzzWorld, sale: string): Promise<void> {
  const body = { url: 'https://shop.example/hook', kinds: ['order.paid'] };
  for (const caller of ['operator', 'merchant of kiln', 'merchant of store-2'] as const) {
    await ask(world, caller, 'PUT', `/v1/sales/${sale}/webhooks/hook`, { body });
  }
}

/**
 * Opens a new sale with orders and makes its things known. Requests may close a sale or end it,
 * so a long run opens a new one again and again.
 * @param sale the id of the new sale
 * @param old the id of an earlier one, which requests may end
 */
export async function openSeason(world: FuzzWorld, sale: string, old: string): Promise<void> {
  const { known } = world;
  await new SaleAdmin(world.origin, JWT_SECRET).open(saleFile(sale));
  await ask(world, 'operator', 'PUT', `/v1/sales/${sale}-draft`, { body: saleBody() });
  await setWebhooks(world, sale);
  known.add('order', ...(await placeOrders(world, sale)));
  const spare = [`${sale}-draft`, old, 'made-0', 'made-1'];
  // It comes often, because most requests need a sale that is open.
  known.replace('sale', [sale, sale, sale, sale, ...spare]);
  known.replace('spare sale', spare);
  known.replace('open sale', [sale]);
  known.replace('offer', ['mug', 'cup', 'note', 'rare', 'early', 'new']);
  known.replace('store', STORES);
  known.replace('shopper', SHOPPERS);
  known.replace('budget', ['spring-money', 'own']);
  known.replace('promotion', ['off', 'spring-coupon']);
  known.replace('webhook', ['hook']);
  known.replace('url', ['https://shop.example/hook']);
  known.replace('member', ['gold']);
  known.replace('category', ['kitchen']);
  known.replace(
    'layer',
    DEFAULT_LAYERS.map(({ name }) => name),
  );
}
