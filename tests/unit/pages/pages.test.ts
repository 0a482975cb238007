import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SaleId } from '../../../src/domain/ids.ts';
import { preferredCoding } from '../../../src/platform/pages/content-coding.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { bearer, saleView } from '../http/http-deps.ts';
import { manyOffers } from './many-offers.ts';
import { start } from '../http/start-app.ts';

const URL = '/v1/sales/friday';
const long = 'A long name. '.repeat(200);

describe('a page that everyone sees', () => {
  test('is made once for all who ask within 200 ms, and compressed on demand', async () => {
    let made = 0;
    const app = await start({
      saleViewById: (id) => {
        made++;
        return saleView(id, { name: long });
      },
      time: { ...systemTime, now: () => 1_000_000 },
    });
    const ask = (coding?: string) =>
      app.inject({ url: URL, headers: coding === undefined ? {} : { 'accept-encoding': coding } });
    const plain = await ask();
    const br = await ask('gzip;q=0.9, br');
    const gzip = await ask('gzip, br;q=0.1');
    expect(made).toBe(1);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect([br, gzip].map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip']);
    expect(brotliDecompressSync(br.rawPayload)).toEqual(plain.rawPayload);
    expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload);
    expect(br.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
    for (const { headers } of [plain, br, gzip]) {
      expect(headers['etag']).toBe(plain.headers['etag']);
      expect(headers['vary']).toBe('accept-encoding, authorization');
      expect(headers['cache-control']).toMatch(/^public, .*s-maxage=1, stale-while-revalidate=/);
    }
  });

  test('is answered to HEAD without a body, and is no body for one who has it', async () => {
    const app = await start({ saleViewById: (id) => saleView(id, { name: long }) });
    const page = await app.inject(URL);
    const head = await app.inject({ method: 'HEAD', url: URL });
    expect([head.statusCode, head.payload]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(page.rawPayload.length));
    const headers = { 'if-none-match': page.headers['etag'] as string, 'accept-encoding': 'br' };
    const same = await app.inject({ url: URL, headers });
    expect([same.statusCode, same.payload]).toEqual([304, '']);
    expect(same.headers).toMatchObject({
      vary: 'accept-encoding, authorization',
      'cache-control': page.headers['cache-control'],
    });
    expect(same.headers).not.toHaveProperty('content-encoding');
  });

  test('keeps its bytes while it shows the same, for a second at most', async () => {
    let nowMs = 1_000_000;
    const app = await start({ time: { ...systemTime, now: () => nowMs } });
    const timeOf = async () => (await app.inject(URL)).json().serverTime;
    const first = await timeOf();
    nowMs += 900;
    expect(await timeOf()).toBe(first);
    nowMs += 200;
    expect(await timeOf()).toBe(new Date(nowMs).toISOString());
  });

  test('is kept apart from what merchants and operators see', async () => {
    const app = await start({ saleViewById: (id, { kind }) => saleView(id, { name: kind }) });
    const as = async (role?: 'shopper' | 'merchant' | 'operator') => {
      const { headers, json } = await app.inject({ url: URL, headers: role ? bearer(role) : {} });
      return [json().name, String(headers['cache-control']).split(',')[0]];
    };
    expect(await as('operator')).toEqual(['operator', 'private']);
    expect(await as()).toEqual(['public', 'public']);
    expect(await as('merchant')).toEqual(['store', 'private']);
    expect(await as('shopper')).toEqual(['public', 'public']);
  });

  test('is the only answer that a shared cache may keep', async () => {
    const app = await start({ saleViewById: () => null });
    const cachingOf = async (url: string, headers = {}) => {
      const answer = await app.inject({ url, headers });
      return [answer.statusCode, answer.headers['cache-control']];
    };
    expect(await cachingOf(URL)).toEqual([404, 'no-store']);
    expect(await cachingOf(URL, bearer('operator'))).toEqual([404, 'no-store']);
    expect(await cachingOf(`${URL}?cursor=a`)).toEqual([400, 'no-store']);
    expect(await cachingOf('/v1/nothing')).toEqual([404, 'no-store']);
    expect(await cachingOf(URL, { authorization: 'Bearer x' })).toEqual([401, 'no-store']);
    const own = await cachingOf(`${URL}/wallet`, bearer('shopper'));
    expect(own).toEqual([200, 'private, no-cache']);
  });

  test('names the origin beside the other headers that it depends on', async () => {
    const app = await start({ corsOrigins: ['https://shop.example'] });
    const answer = await app.inject({ url: URL, headers: { origin: 'https://shop.example' } });
    expect(answer.headers['vary']).toBe('origin, accept-encoding, authorization');
  });

  test('lists sales without building one for each reader', async () => {
    const ids = ['friday', 'sunday'] as SaleId[];
    let heads = 0;
    const app = await start({
      saleIds: () => ids,
      saleHeadById: (id) => {
        heads++;
        return saleView(id);
      },
      time: { ...systemTime, now: () => 1_000_000 },
    });
    const first = await app.inject('/v1/sales');
    expect(first.json().items.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect((await app.inject('/v1/sales')).rawPayload).toEqual(first.rawPayload);
    expect(heads).toBe(2);
    expect(first.headers['cache-control']).toMatch(/^public, /);
  });
});

test('offers come by pages of 100, and each page names the next', async () => {
  const app = await start(manyOffers(250));
  const pages: string[][] = [];
  let query = '';
  for (let next: string | null = ''; next !== null; query = `?cursor=${next}`) {
    const page = (await app.inject(`${URL}${query}`)).json();
    pages.push(page.offers.map(({ id }: { id: string }) => id));
    next = page.nextOffers;
  }
  expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
  expect(new Set(pages.flat()).size).toBe(250);
  const whole = (await app.inject({ url: URL, headers: bearer('operator') })).json();
  expect([whole.offers.length, typeof whole.nextOffers]).toEqual([100, 'string']);
  const bad = await app.inject(`${URL}?cursor=${Buffer.from('no offer').toString('base64url')}`);
  expect(bad.json()).toMatchObject({ code: 'invalid', errors: [{ pointer: '/query/cursor' }] });
});

test('a sale has only as many pages as its offers fill, whatever its readers ask for', async () => {
  const { saleViewById, offersPageById } = manyOffers(250);
  let made = 0;
  const app = await start({
    offersPageById,
    saleViewById: (...asked) => {
      made++;
      return saleViewById(...asked);
    },
    time: { ...systemTime, now: () => 1_000_000 },
  });
  const behind = async (offer: string) =>
    (await app.inject(`${URL}?cursor=${Buffer.from(offer).toString('base64url')}`)).json();
  for (let i = 0; i < 249; i++) {
    const { offers } = await behind(`offer-${String(i).padStart(5, '0')}`);
    expect(offers.map(({ id }: { id: string }) => Number(id.slice(6)))).toContain(i + 1);
  }
  expect(made).toBe(3);
  expect(await behind('offer-00250')).toMatchObject({
    code: 'invalid',
    errors: [{ pointer: '/query/cursor' }],
  });
});

test('the coding is the one that the client weighs most, and plain when it knows none', () => {
  const chosen = {
    '': 'identity',
    gzip: 'gzip',
    'X-GZIP': 'gzip',
    'gzip, deflate, br, zstd': 'br',
    'br;q=0.5, gzip;q=0.8': 'gzip',
    'br;q=0, gzip;q=0': 'identity',
    '*': 'br',
    '*;q=0.5, br;q=0': 'gzip',
    'identity, br;q=0.5': 'identity',
    'identity;q=0, deflate': 'identity',
    'br;q=2, gzip': 'gzip',
    deflate: 'identity',
  };
  for (const [header, coding] of Object.entries(chosen)) {
    expect(preferredCoding(header), header).toBe(coding);
  }
  expect(preferredCoding(undefined)).toBe('identity');
  expect(preferredCoding(`br${' '.repeat(300)}`)).toBe('identity');
});
