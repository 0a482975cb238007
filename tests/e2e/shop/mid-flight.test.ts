import type { Browser, Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../../world/browser/browser.ts';
import { until } from '../../world/servers/wait-until.ts';
import { scarce, withShopStage } from './shop-stage.ts';
import type { ShopStage } from './shop-stage.ts';
import { AWAY, ShopperVisit } from './shopper-visit.ts';

let browser: Browser;
let stage: ShopStage;
withBrowser((launched) => (browser = launched));
withShopStage((opened) => (stage = opened));

const begin = () => ShopperVisit.begin(browser, stage, { allows: AWAY });

/** An order that the service has, and whose answer the page has not got. */
interface Flight {
  /** Resolves when the service has answered. */
  readonly arrived: Promise<void>;
  /** The keys of the requests so far. */
  readonly keys: string[];
}

/** Lets orders reach the service, and keeps the answers of the first `held` from the page. */
async function holdAnswers(page: Page, held: number): Promise<Flight> {
  const keys: string[] = [];
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/v1/sales/*/orders', async (route: Route) => {
    if (route.request().method() !== 'POST') return route.continue();
    keys.push(route.request().headers()['idempotency-key']!);
    if (keys.length > held) return route.continue();
    await route.fetch();
    arrive();
    return undefined;
  });
  return { arrived, keys };
}

test('a reload in mid-flight finds the order, and there is one', async () => {
  await stage.admin.open(scarce('reload', 50));
  const shopper = await begin();
  const { page } = shopper;
  await shopper.enter('reload', 'rita');
  const flight = await holdAnswers(page, 1);
  await shopper.add('Tea mug');
  await shopper.button('Buy now').click();
  await shopper.button('Placing…').waitFor();
  await flight.arrived;
  await page.reload();
  const order = await shopper.order();
  expect(new Set(flight.keys).size).toBe(1);
  expect(flight.keys.length).toBe(2);
  expect((await stage.ordersOf('reload', 'rita')).map(({ id }) => id)).toEqual([order]);
  // What was bought is no longer in the cart.
  await page.getByRole('link', { name: 'Back to the sale' }).click();
  await shopper.button('Add something to buy').waitFor();
});

test('a tap without a network buys once the network is back', async () => {
  await stage.admin.open(scarce('offline', 50));
  const shopper = await begin();
  const { page } = shopper;
  await shopper.enter('offline', 'olga');
  await shopper.add('Tea mug');
  await shopper.ready('Buy now');
  await shopper.visit.setOffline(true);
  await page.getByRole('status').filter({ hasText: 'You are offline' }).waitFor();
  await shopper.button('Buy now').click();
  await shopper.button('Placing…').or(shopper.button('Try again')).waitFor();
  // A different cart would be a different order.
  expect(await page.getByRole('button', { name: 'One more of Tea mug' }).isEnabled()).toBe(false);
  await shopper.visit.setOffline(false);
  await shopper.order();
  expect((await stage.ordersOf('offline', 'olga')).length).toBe(1);
});

test('an answer that the network loses is asked for again, with the same key', async () => {
  await stage.admin.open(scarce('lost', 50));
  const shopper = await begin();
  const { page } = shopper;
  await shopper.enter('lost', 'lena');
  const keys: string[] = [];
  await page.route('**/v1/sales/*/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    keys.push(route.request().headers()['idempotency-key']!);
    if (keys.length > 2) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await shopper.add('Tea mug');
  await shopper.button('Buy now').click();
  await shopper.order();
  expect(new Set(keys).size).toBe(1);
  expect((await stage.ordersOf('lost', 'lena')).length).toBe(1);
});

test('a service that is killed after it took the order answers it when it is back', async () => {
  await stage.admin.open(scarce('killed', 50));
  const shopper = await begin();
  const { page } = shopper;
  await shopper.enter('killed', 'kim');
  await shopper.add('Tea mug');
  await shopper.ready('Buy now');
  let isTaken = false;
  await page.route('**/v1/sales/*/orders', async (route) => {
    if (route.request().method() !== 'POST' || isTaken) return route.continue();
    await route.fetch();
    await stage.service.kill();
    isTaken = true;
    return route.abort('connectionreset');
  });
  await shopper.button('Buy now').click();
  await until(() => isTaken, { describe: 'the service has the order and is gone' });
  await stage.service.restart();
  const order = await shopper.order();
  expect((await stage.ordersOf('killed', 'kim')).map(({ id }) => id)).toEqual([order]);
});

test('a token that ends in mid-visit keeps the cart and the order that was asked for', async () => {
  await stage.admin.open(scarce('expiry', 50));
  const shopper = await begin();
  const { page, cart } = shopper;
  await shopper.enter('expiry', 'eve');
  await shopper.add('Tea mug', 2);
  await shopper.ready('Buy now');
  // The service no longer takes the token: it answers as it does to one that is over.
  await page.route('**/v1/sales/*/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const headers = { ...route.request().headers(), authorization: 'Bearer of.nothing.good' };
    return route.continue({ headers });
  });
  await shopper.button('Buy now').click();
  await page.getByRole('status').filter({ hasText: 'Your sign-in is over' }).waitFor();
  await cart.getByText('your order goes on').waitFor();
  await cart.getByRole('link', { name: 'Sign in to buy' }).click();
  await page.waitForURL('**/sign-in?then=*');
  await page.unroute('**/v1/sales/*/orders');
  expect((await stage.ordersOf('expiry', 'eve')).length).toBe(0);
  await shopper.visit.open(`/s/expiry${stage.signedIn('eve')}`);
  await shopper.order();
  const orders = await stage.ordersOf('expiry', 'eve');
  expect(orders.map(({ lines }) => lines[0]!.quantity)).toEqual([2]);
});

test('a look at the orders keeps the attempt, and the way back stays one order', async () => {
  await stage.admin.open(scarce('look', 50));
  const shopper = await begin();
  const { page, cart } = shopper;
  await shopper.enter('look', 'lou');
  const flight = await holdAnswers(page, 1);
  await shopper.add('Tea mug');
  await shopper.button('Buy now').click();
  await flight.arrived;
  // So old that the page asks before it sends it again.
  await page.evaluate(() => {
    const name = 'doorbuster.kept.attempts.look';
    const kept = JSON.parse(sessionStorage.getItem(name)!) as { atMs: number }[];
    const older = kept.map((attempt) => ({ ...attempt, atMs: attempt.atMs - 3_600_000 }));
    sessionStorage.setItem(name, JSON.stringify(older));
  });
  await page.reload();
  await cart.getByRole('alert').getByText('We do not know whether your order').waitFor();
  expect(await shopper.button('It is not there, start over').isEnabled()).toBe(true);
  await cart.getByRole('link', { name: 'Look at my orders' }).click();
  await page.locator('.orders a').waitFor();
  await page.getByRole('link', { name: 'Back to the sale' }).click();
  await shopper.button('Try again').click();
  const order = await shopper.order();
  expect(new Set(flight.keys).size).toBe(1);
  expect((await stage.ordersOf('look', 'lou')).map(({ id }) => id)).toEqual([order]);
});

test('another shopper in the same tab buys nothing that the first one began', async () => {
  await stage.admin.open(scarce('shared', 50));
  const shopper = await begin();
  const { page } = shopper;
  await shopper.enter('shared', 'one');
  const flight = await holdAnswers(page, 1);
  await shopper.add('Tea mug');
  await shopper.button('Buy now').click();
  await flight.arrived;
  // Another address first: a fragment alone would load nothing.
  await shopper.visit.open('/sign-in');
  await shopper.enter('shared', 'other');
  await shopper.ready('Buy now');
  expect((await stage.ordersOf('shared', 'one')).length).toBe(1);
  expect((await stage.ordersOf('shared', 'other')).length).toBe(0);
  // The first one finds the order that the other had to leave alone.
  await shopper.visit.open('/sign-in');
  await shopper.visit.open(`/s/shared${stage.signedIn('one')}`);
  await shopper.order();
  expect(new Set(flight.keys).size).toBe(1);
  expect((await stage.ordersOf('shared', 'one')).length).toBe(1);
});
