import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let shop: HttpShop;
let isClosed: boolean;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  isClosed = false;
  shop = await HttpShop.open(world, [
    offer('mug', { cap: 10 }),
    offer('hat', { cap: 20, store: storeId('store-2') }),
  ]);
});
afterEach(async () => {
  if (!isClosed) await shop.close();
});

const TAKES = { accept: 'text/event-stream', 'idempotency-key': null };

interface Figures {
  readonly state: string;
  readonly offers: readonly { id: string; stock: string; unitsLeft: number }[];
  readonly orders?: { placed: number; settled: number };
}

/** Reads a stream until it ends or the test leaves it. */
class Stream {
  readonly events: Figures[] = [];
  hasEnded = false;
  readonly #leaving = new AbortController();

  static async open(authorization: string): Promise<Stream> {
    const stream = new Stream();
    const headers = { ...TAKES, authorization };
    const response = await shop.send({ method: 'GET', path: `${shop.path}/events`, headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    void stream.#read(response);
    await until(() => stream.events.length > 0, { describe: 'the first figures come' });
    return stream;
  }

  leave(): void {
    this.#leaving.abort();
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    const body = response.body!.pipeThrough(new TextDecoderStream(), {
      signal: this.#leaving.signal,
    });
    try {
      for await (const part of body) {
        const events = (text += part).split('\n\n');
        text = events.pop()!;
        for (const event of events) this.#take(event);
      }
      this.hasEnded = true;
    } catch {
      // The test has left the stream.
    }
  }

  #take(event: string): void {
    const [name, data = ''] = event.split('\n');
    if (name === 'event: figures') this.events.push(JSON.parse(data.slice('data: '.length)));
  }
}

const leftOf = (id: string, { offers }: Figures) => offers.find((one) => one.id === id)?.unitsLeft;

test('a stream begins with all figures, then sends only what changes', async () => {
  const stream = await Stream.open(operator);
  await until(() => leftOf('mug', stream.events.at(-1)!) === 10 || stream.events.length > 1, {
    describe: 'the cell was polled',
  });
  expect(stream.events[0]).toMatchObject({ sale: shop.sale, state: 'open' });
  expect(stream.events[0]!.offers).toMatchObject([
    { id: 'hat', stock: 'in_stock', unitsLeft: 20 },
    { id: 'mug', stock: 'in_stock', unitsLeft: 10 },
  ]);
  await shop.shop.buy({ shopper: 'u1', offer: 'mug', quantity: 9 });
  const changed = await until(() => stream.events.find((one) => leftOf('mug', one) === 1), {
    describe: 'the figures change',
  });
  expect(changed.offers).toMatchObject([{ id: 'mug', stock: 'low', unitsLeft: 1 }]);
  expect(changed.orders?.placed).toBe(1);
  await shop.shop.settleAll();
  await until(() => stream.events.some(({ orders }) => orders?.settled === 1), {
    describe: 'the order settles',
  });
  await shop.set('POST', '/pause');
  await until(() => stream.events.at(-1)!.state === 'paused', { describe: 'the sale is paused' });
  expect(stream.events.at(-1)!.offers).toEqual([]);
  stream.leave();
});

test('a later stream begins with the figures of its time', async () => {
  const early = await Stream.open(operator);
  await shop.shop.buy({ shopper: 'u1', offer: 'mug', quantity: 10 });
  await until(() => early.events.some((one) => leftOf('mug', one) === 0), { describe: 'it sells' });
  const late = await Stream.open(operator);
  expect(late.events[0]!.offers).toMatchObject([{ id: 'hat' }, { id: 'mug', stock: 'sold_out' }]);
  early.leave();
  late.leave();
});

test('a merchant sees only its own offers and no numbers of orders', async () => {
  const stream = await Stream.open(merchant);
  expect(stream.events[0]!.offers.map(({ id }) => id)).toEqual(['mug']);
  expect(stream.events[0]!.orders).toBeUndefined();
  stream.leave();
});

test('streams end with the server and do not delay its stop', async () => {
  const streams = [await Stream.open(operator), await Stream.open(merchant)];
  isClosed = true;
  await shop.close();
  await until(() => streams.every(({ hasEnded }) => hasEnded), { describe: 'both have ended' });
});

test.each([
  ['a shopper', { authorization: shopper('u1') }, 403, 'forbidden'],
  ['an anonymous caller', { authorization: null }, 401, 'unauthenticated'],
  [
    'a caller that accepts only JSON',
    { authorization: operator, accept: 'application/json' },
    400,
    'invalid',
  ],
])('%s gets no stream', async (_who, headers, status, code) => {
  const path = `${shop.path}/events`;
  const response = await shop.send({ method: 'GET', path, headers: { ...TAKES, ...headers } });
  expect({ status: response.status, body: await response.json() }).toMatchObject({
    status,
    body: { code },
  });
});

test('an unknown sale has no stream', async () => {
  const headers = { ...TAKES, authorization: operator };
  const nowhere = await shop.send({ method: 'GET', path: '/v1/sales/nowhere/events', headers });
  expect(nowhere.status).toBe(404);
});
