import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpShop, operator, shopper } from '../../world/stage/http-shop.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { OPERATOR, storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import { setOffer, setSale } from '../../../src/service/terms/change-sale.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let shop: HttpShop;
let isClosed = false;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  shop = await HttpShop.open(world, [offer('mug', { cap: 10 }), offer('hat', { cap: 10 })]);
});
afterAll(async () => {
  if (!isClosed) await shop?.close();
});

interface Event {
  readonly name: string;
  readonly id: string | null;
  readonly data: any;
}

interface Asked {
  readonly lastEventId?: string;
  readonly authorization?: string;
  readonly sale?: string;
}

/** Asks on a connection of its own, which ends with the answer. */
function ask({ lastEventId, authorization, sale = shop.sale }: Asked = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = {
    accept: 'text/event-stream',
    ...(authorization === undefined ? {} : { authorization }),
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  get(`${shop.origin}/v1/sales/${sale}/stream`, { headers, agent: false }, resolve).on(
    'error',
    reject,
  );
  return promise;
}

/** The status of the answer, which is read no further. */
async function statusOf(asked?: Asked): Promise<number> {
  const answer = await ask(asked);
  answer.destroy();
  return answer.statusCode!;
}

/** Reads a stream as a browser does, until the test leaves it. */
class Reader {
  readonly events: Event[] = [];
  retryMs = 0;
  hasEnded = false;
  readonly #answer: IncomingMessage;

  private constructor(answer: IncomingMessage) {
    this.#answer = answer;
  }

  static async open(asked: Asked = {}): Promise<Reader> {
    const answer = await ask(asked);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    const reader = new Reader(answer);
    void reader.#read();
    await until(() => reader.of('sale').length > 0, { describe: 'the clock comes' });
    return reader;
  }

  of(name: string): any[] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data);
  }

  get lastId(): string {
    return this.events.findLast(({ id }) => id !== null)!.id!;
  }

  leave(): void {
    this.#answer.destroy();
  }

  async #read(): Promise<void> {
    let text = '';
    try {
      for await (const part of this.#answer.setEncoding('utf8')) {
        const blocks = (text += part).split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) this.#take(block);
      }
      this.hasEnded = true;
    } catch {
      // The test has left the stream.
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]),
    );
    this.retryMs = Number(fields.get('retry') ?? this.retryMs);
    const [name, data] = [fields.get('event'), fields.get('data')];
    if (name) this.events.push({ name, id: fields.get('id') ?? null, data: JSON.parse(data!) });
  }
}

test('anyone follows stock words, state and clock, and comes back to what changed', async () => {
  const reader = await Reader.open();
  expect(reader.retryMs).toBeGreaterThan(0);
  const [clock] = reader.of('sale');
  expect(clock).toMatchObject({ sale: shop.sale, state: 'open' });
  expect(clock.closesAt).toBe('2099-01-01T00:00:00.000Z');
  expect(clock.serverTime).toMatch(/^20\d\d-/);
  expect(reader.of('stock')[0]).toEqual({
    all: true,
    offers: { hat: 'in_stock', mug: 'in_stock' },
  });
  const left = reader.lastId;
  await shop.shop.buy({ shopper: 'u1', offer: 'mug', quantity: 10 });
  await until(() => reader.of('stock').at(-1)?.offers.mug === 'sold_out', {
    describe: 'the mug is sold out',
  });
  expect(reader.of('stock').at(-1).offers).toEqual({ mug: 'sold_out' });
  const back = await Reader.open({ lastEventId: left });
  expect(back.of('stock').every(({ all }) => all === undefined)).toBe(true);
  expect(back.of('stock').at(-1).offers).toEqual({ mug: 'sold_out' });
  const stranger = await Reader.open({ lastEventId: 'elsewhere-7' });
  expect(stranger.of('stock')).toEqual([
    { all: true, offers: { hat: 'in_stock', mug: 'sold_out' } },
  ]);
  await shop.set('POST', '/pause');
  await until(() => reader.of('sale').at(-1).state === 'paused', { describe: 'it is paused' });
  await shop.set('POST', '/resume');
  for (const one of [reader, back, stranger]) one.leave();
});

test('a draft has a stream only for those who see it', async () => {
  const { api } = shop.shop;
  const draft = 'draft' as SaleId;
  await setSale(api, draft, saleTerms(), OPERATOR);
  await setOffer(api, draft, offer('cup', { store: storeId('store-2') }), OPERATOR);
  await api.directory.refresh();
  const stranger = bearer({ sub: 'm1', role: 'merchant', store: 'store-1' });
  for (const caller of [{}, { authorization: shopper('u1') }, { authorization: stranger }]) {
    expect(await statusOf({ sale: draft, ...caller })).toBe(404);
    expect(await statusOf({ sale: 'nowhere', ...caller })).toBe(404);
  }
  const member = bearer({ sub: 'm2', role: 'merchant', store: 'store-2' });
  for (const authorization of [member, operator]) {
    const reader = await Reader.open({ sale: draft, authorization });
    expect(reader.of('stock')).toEqual([{ all: true, offers: { cup: 'in_stock' } }]);
    reader.leave();
  }
  expect(await statusOf({ authorization: 'Bearer x.y.z' })).toBe(401);
});

test('an address without a token has fifty streams, and each that ends makes room', async () => {
  const readers = await Promise.all(Array.from({ length: 50 }, () => Reader.open()));
  const refused = await ask();
  refused.destroy();
  expect(refused.statusCode).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(5);
  const other = await Reader.open({ authorization: shopper('u1') });
  expect(other.lastId).toBe(readers[0]!.lastId);
  readers[0]!.leave();
  const isFree = async () => (await statusOf()) === 200;
  await until(isFree, { describe: 'the stream that ended makes room' });
  for (const reader of [...readers, other]) reader.leave();
});

/** Sends bytes on a connection of its own. */
function wireOf(bytes: string) {
  const { hostname: host, port } = new URL(shop.origin);
  const socket = connect({ host, port: Number(port) });
  const wire = { text: '', leave: () => void socket.destroy() };
  socket.setEncoding('utf8').on('data', (part: string) => (wire.text += part));
  socket.write(bytes);
  return wire;
}

test('the body is the events alone, over HTTP/1.0 and behind another request, too', async () => {
  const get = (path: string, version = '1.1') =>
    `GET ${path} HTTP/${version}\r\nHost: shop\r\n\r\n`;
  const stream = `${shop.path}/stream`;
  const wires = [get(stream), get(stream, '1.0'), get(shop.path) + get(stream)].map(wireOf);
  const bodies = () => wires.map(({ text }) => text.slice(text.lastIndexOf('\r\n\r\n') + 4));
  const allHear = (text: string) =>
    until(() => bodies().every((body) => body.includes(text)), { describe: `all hear ${text}` });
  await allHear('"state":"open"');
  await shop.set('POST', '/pause');
  await allHear('"state":"paused"');
  for (const body of bodies()) {
    expect(body).toMatch(/^retry: \d+\n\n/);
    expect(body).not.toContain('\r');
  }
  for (const wire of wires) wire.leave();
});

test('streams end with the server', async () => {
  const reader = await Reader.open({ authorization: shopper('u2') });
  isClosed = true;
  await shop.close();
  await until(() => reader.hasEnded, { describe: 'the stream has ended' });
});
