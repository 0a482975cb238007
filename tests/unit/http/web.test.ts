import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import type { BuiltPages } from '../../../src/platform/pages/built-file.ts';
import { readBuiltPages } from '../../../src/platform/pages/read-built-pages.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { start } from './start-app.ts';

const SCRIPT = 'console.log("a page");'.repeat(100);
const FILES = {
  'shop/index.html': `<!doctype html><title>Sale</title>${'<p>a</p>'.repeat(50)}`,
  'merchant/index.html': '<title>Merchant</title>',
  'ops/index.html': '<title>Ops</title>',
  'sign-in/index.html': '<title>Sign in</title>',
  'assets/index-abc.js': SCRIPT,
};
/** Paths with the page that stands there. */
const PLACES = [
  ['/s/friday', 'Sale'],
  ['/s/friday/orders', 'Sale'],
  ['/s/friday/orders/o1', 'Sale'],
  ['/merchant', 'Merchant'],
  ['/merchant/orders/o1', 'Merchant'],
  ['/ops', 'Ops'],
  ['/ops/cells', 'Ops'],
  ['/sign-in', 'Sign in'],
] as const;

/** Nothing is turned away under pressure when no timer runs. */
const time = { ...systemTime, every: () => () => {} };
const limits = readConfig({ RATE_LIMITS: 'off' });
let folder: string;
let builtPages: BuiltPages;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    writeFileSync(`${file}.br`, brotliCompressSync(text));
    writeFileSync(`${file}.gz`, gzipSync(text));
  }
  writeFileSync(join(folder, 'stamp'), 'abc');
  builtPages = readBuiltPages(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const serve = () => start({ time, limits, builtPages });

test('each page stands at its paths, and is asked for each time', async () => {
  const app = await serve();
  for (const [url, title] of PLACES) {
    const { statusCode, body, headers } = await app.inject(url);
    expect(statusCode, url).toBe(200);
    expect(body, url).toContain(`<title>${title}</title>`);
    expect(headers['content-type'], url).toBe('text/html; charset=utf-8');
    expect(headers['cache-control'], url).toBe('no-cache');
  }
});

test('a page may load only what the service itself serves, and stands in no frame', async () => {
  const imageHosts = ['pictures.example', 'cdn.example:8443'];
  const app = await start({ time, limits, builtPages, imageHosts });
  for (const url of ['/s/friday', '/assets/index-abc.js']) {
    const { headers } = await app.inject(url);
    const policy = String(headers['content-security-policy']).split('; ').toSorted();
    expect(policy, url).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self' data: https://pictures.example https://cdn.example:8443",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(headers['x-content-type-options'], url).toBe('nosniff');
    expect(headers['referrer-policy'], url).toBe('same-origin');
  }
});

test('an asset is kept for good, and travels in the coding that its build made', async () => {
  const app = await serve();
  const ask = (coding: string) =>
    app.inject({ url: '/assets/index-abc.js', headers: { 'accept-encoding': coding } });
  const [plain, br, gzip] = [await ask('identity'), await ask('gzip;q=0.5, br'), await ask('gzip')];
  expect(plain.body).toBe(SCRIPT);
  expect(brotliDecompressSync(br.rawPayload).toString()).toBe(SCRIPT);
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT);
  expect([plain, br, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([
    undefined,
    'br',
    'gzip',
  ]);
  for (const { headers } of [plain, br, gzip]) {
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['vary']).toBe('accept-encoding');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  }
  // A strong tag tells each sequence of bytes from all others.
  const tags = [plain, br, gzip].map(({ headers }) => headers['etag']);
  expect(new Set(tags).size).toBe(3);
  for (const tag of tags) expect(tag).toMatch(/^"[\w-]{22}(-br|-gzip)?"$/);
});

test('a small file travels as it is when no coding makes it smaller', async () => {
  const app = await serve();
  const { headers } = await app.inject({ url: '/ops', headers: { 'accept-encoding': 'br, gzip' } });
  expect(headers).not.toHaveProperty('content-encoding');
});

test('one who has a file gets no body, also by a tag that a proxy made weak', async () => {
  const app = await serve();
  for (const url of ['/s/friday', '/assets/index-abc.js']) {
    const first = await app.inject({ url, headers: { 'accept-encoding': 'br' } });
    const etag = String(first.headers['etag']);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const headers = { 'accept-encoding': 'br', 'if-none-match': tag };
      const same = await app.inject({ url, headers });
      expect([same.statusCode, same.payload], tag).toEqual([304, '']);
      expect(same.headers['cache-control']).toBe(first.headers['cache-control']);
      expect(same.headers['vary']).toBe('accept-encoding');
    }
    const headers = { 'accept-encoding': 'gzip', 'if-none-match': etag };
    expect((await app.inject({ url, headers })).statusCode).toBe(200);
  }
});

test('only files of the build are assets', async () => {
  const app = await serve();
  const urls = [
    '/assets/',
    '/assets/none.js',
    '/assets/../shop/index.html',
    '/assets/%2e%2e/stamp',
  ];
  for (const url of [...urls, '/assets/index-abc.js.br', '/shop/index.html', '/stamp']) {
    const { statusCode, headers, json } = await app.inject(url);
    expect([statusCode, headers['cache-control'], json().code], url).toEqual([
      404,
      'no-store',
      'not_found',
    ]);
  }
});

test('pages read no token, and any other method is refused', async () => {
  const app = await serve();
  const headers = { authorization: 'Basic abc' };
  expect((await app.inject({ url: '/s/friday', headers })).statusCode).toBe(200);
  const { statusCode, headers: answered } = await app.inject({ method: 'POST', url: '/merchant' });
  expect([statusCode, answered['allow']]).toEqual([405, 'GET, HEAD']);
  expect((await app.inject({ method: 'HEAD', url: '/merchant' })).statusCode).toBe(200);
});

test('an api without built pages starts, and says how to build them', async () => {
  const app = await start({ time, limits, builtPages: readBuiltPages(join(folder, 'nowhere')) });
  for (const url of ['/s/friday', '/ops', '/assets/index-abc.js']) {
    const { statusCode, headers, json } = await app.inject(url);
    expect(statusCode, url).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(json()).toMatchObject({
      code: 'not_found',
      detail: expect.stringContaining('npm run web'),
    });
  }
});

test('pages count against the limit of their address', async () => {
  const app = await start({ time, builtPages, limits: readConfig({}) });
  let last = 200;
  for (let i = 0; i < 5_000 && last === 200; i++) {
    last = (await app.inject('/assets/index-abc.js')).statusCode;
  }
  expect(last).toBe(429);
});

test('the reference describes no page', async () => {
  const app = await serve();
  const described = Object.keys(app.swagger().paths ?? {});
  expect(described).toContain('/v1/sales/{sale}');
  const ofPages = /^\/(s|merchant|ops|sign-in|assets)(\/|$)/;
  expect(described.filter((path) => ofPages.test(path))).toEqual([]);
});
