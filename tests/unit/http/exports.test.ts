import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { OfferId, OrderId, SaleId, ShopperId, StoreId } from '../../../src/domain/ids.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { csvLine } from '../../../src/http/reading/csv.ts';
import type { OrderPart } from '../../../src/service/reading/seller-orders.ts';
import { until } from '../../world/servers/wait-until.ts';
import { bearer } from './http-deps.ts';
import { start } from './start-app.ts';

const EXPORT = '/v1/sales/friday/seller-orders/export';

const part = (title = 'A mug'): OrderPart => ({
  id: 'friday_0_0123456789abcdefghijkl' as OrderId,
  atUs: Date.UTC(2025, 5, 1) * 1_000,
  sale: 'friday' as SaleId,
  shopper: 'u1' as ShopperId,
  state: 'paid',
  currency: 'CNY',
  rulesVersion: 1,
  payByMs: Date.UTC(2025, 5, 1),
  lines: [
    {
      line: 1,
      offer: 'mug' as OfferId,
      title,
      store: 'store-1' as StoreId,
      quantity: 2,
      priceMinor: 500,
      netMinor: 900,
      isGift: false,
      refunded: 1,
    },
  ],
  applied: [],
  outOfGifts: [],
  pointsUsed: 0,
  refundedMinor: 450,
});

const LONG = part('x'.repeat(100_000));

/** Pieces without end, and how many of them were made. */
function endless() {
  const made = { pieces: 0, isOver: false };
  async function* pieces() {
    try {
      for (;;) {
        made.pieces++;
        yield [LONG];
      }
    } finally {
      made.isOver = true;
    }
  }
  return { made, allSellerOrders: async () => pieces() };
}

async function listening(changes: Parameters<typeof start>[0]) {
  // A busy machine would turn some of them away.
  const limits = readConfig({ SHED_DELAYS_MS: 'off' });
  const app = await start({ limits, ...changes });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const ask = async (headers: object, format = 'csv') => {
    const path = `${EXPORT}?format=${format}`;
    const request = get({ port, path, headers: { ...headers } });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return { request, answer };
  };
  return { app, ask };
}

describe('a line of CSV', () => {
  test('quotes what RFC 4180 says must be quoted', () => {
    expect(csvLine(['plain', 7, 'a,b', 'say "hi"', 'two\r\nlines'])).toBe(
      'plain,7,"a,b","say ""hi""","two\r\nlines"\r\n',
    );
  });

  test('never begins a field like a formula', () => {
    const fields = ['=1+1', '+1', '-1', '@x', '\tx', '=a,"b"'];
    expect(csvLine(fields)).toBe(`'=1+1,'+1,'-1,'@x,'\tx,"'=a,""b"""\r\n`);
    expect(csvLine(['a=b', -1])).toBe('a=b,-1\r\n');
  });
});

describe('an export', () => {
  test('has a header row, and a row for each line', async () => {
    const app = await start({
      allSellerOrders: async () =>
        (async function* () {
          yield [part('=SUM(A1), "x"')];
        })(),
    });
    const headers = bearer('operator');
    const csv = await app.inject({ url: `${EXPORT}?format=csv`, headers });
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="friday-orders.csv"');
    const columns = [
      'order,createdAt,state,shopper,line,offer,title,store,quantity,price,activity,net,gift',
      'refundedUnits,currency,payBy',
    ];
    const order = 'friday_0_0123456789abcdefghijkl,2025-06-01T00:00:00.000Z,paid,u1';
    const line = `1,mug,"'=SUM(A1), ""x""",store-1,2,500,1000,900,false,1`;
    const rest = 'CNY,2025-06-01T00:00:00.000Z';
    expect(csv.payload).toBe(`${columns.join(',')}\r\n${order},${line},${rest}\r\n`);
    const json = await app.inject({ url: `${EXPORT}?format=ndjson`, headers });
    expect(JSON.parse(json.payload)).toMatchObject({ shopper: 'u1', total: 900, refunded: 450 });
    const wrong = await app.inject({ url: `${EXPORT}?format=xlsx`, headers });
    expect(wrong.json()).toMatchObject({ code: 'invalid', errors: [{ pointer: '/query/format' }] });
  });

  test('reads no further than its reader, and ends when the reader goes away', async () => {
    const { made, allSellerOrders } = endless();
    const { ask } = await listening({ allSellerOrders });
    const { request, answer } = await ask(bearer('operator'));
    expect(answer.statusCode).toBe(200);
    answer.pause();
    let before = -1;
    // It stands still once the buffers on the way are full.
    await until(
      async () => {
        const isStill = made.pieces === before;
        before = made.pieces;
        return isStill;
      },
      { describe: 'the export stands still' },
    );
    expect(made).toMatchObject({ isOver: false });
    expect(made.pieces).toBeLessThan(200);
    request.destroy();
    await until(() => made.isOver, { describe: 'the export has ended' });
  });

  test('is the only one of its principal, in whatever format, and others get theirs', async () => {
    const { ask } = await listening({ allSellerOrders: endless().allSellerOrders });
    const mine = bearer('merchant');
    const first = await ask(mine);
    const second = await ask(mine, 'ndjson');
    expect(second.answer.statusCode).toBe(429);
    const other = await ask(bearer('operator'));
    expect(other.answer.statusCode).toBe(200);
    first.request.destroy();
    await until(
      async () => {
        const again = await ask(mine);
        again.request.destroy();
        return again.answer.statusCode === 200;
      },
      { describe: 'the slot is free' },
    );
    other.request.destroy();
  });

  test('shows a merchant a name in place of the shopper, the same one each time', async () => {
    const app = await start({
      allSellerOrders: async () =>
        (async function* () {
          yield [part()];
        })(),
    });
    const ask = async (store: string) => {
      const headers = bearer('merchant', { store });
      const answer = await app.inject({ url: `${EXPORT}?format=ndjson`, headers });
      return (JSON.parse(answer.payload) as { shopper: string }).shopper;
    };
    const [mine, again, theirs] = [
      await ask('store-1'),
      await ask('store-1'),
      await ask('store-2'),
    ];
    expect(mine).toMatch(/^[0-9a-f]{24}$/);
    expect(again).toBe(mine);
    expect(theirs).not.toBe(mine);
  });
});
