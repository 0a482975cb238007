import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemTime } from '../../../src/platform/time.ts';
import { start } from '../http/start-app.ts';

/** Nothing is turned away under pressure when no timer runs. */
const calm = { ...systemTime, every: () => () => {} };
const PARTS = ['/docs/', '/docs/openapi.json', '/docs/js/scalar.js'];

test('the page runs only scripts of this service, and the one that is written in it', async () => {
  const app = await start({ time: calm });
  const { headers, body } = await app.inject('/docs/');
  const own = /<script>([^<]*)<\/script>/.exec(body)?.[1] ?? '';
  const policy = `script-src 'self' 'sha256-${hash('sha256', own, 'base64')}';`;
  expect(headers['content-security-policy']).toContain(policy);
  expect(body.match(/<script[^>]*>/g)).toEqual(['<script src="js/scalar.js">', '<script>']);
  const script = await app.inject('/docs/js/scalar.js');
  expect(script.headers['content-type']).toContain('text/javascript');
  expect(script.body).toContain('createApiReference');
});

test('the page loads nothing from elsewhere and offers nothing of its maker', async () => {
  const app = await start({ time: calm });
  const { headers, body } = await app.inject('/docs/');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("connect-src 'self'");
  expect(body).not.toMatch(/https?:\/\//);
  expect(body).toContain('<title>Doorbuster API</title>');
  const settings = [
    '"agent":{"disabled":true}',
    '"mcp":{"disabled":true}',
    '"telemetry":false',
    '"withDefaultFonts":false',
  ];
  for (const setting of settings) expect(body.replaceAll(/\s/g, '')).toContain(setting);
  expect(body).toContain('[href*=');
});

test('each part is made once, travels compressed, and is no body for one who has it', async () => {
  const app = await start({ time: calm });
  for (const url of PARTS) {
    const plain = await app.inject(url);
    const packed = await app.inject({ url, headers: { 'accept-encoding': 'br' } });
    expect(plain.headers['cache-control'], url).toMatch(/^public, max-age=\d{3,}$/);
    // A small body travels as it is.
    const coding = plain.rawPayload.length < 1_024 ? undefined : 'br';
    expect(packed.headers['content-encoding'], url).toBe(coding);
    const headers = { 'if-none-match': String(plain.headers['etag']) };
    expect((await app.inject({ url, headers })).statusCode, url).toBe(304);
  }
});

test('no name of a host keeps the page from being found', async () => {
  const app = await start({ time: calm });
  const headers = { host: '[' };
  expect((await app.inject({ url: '/docs/', headers })).statusCode).toBe(200);
  const found = await app.inject({ url: '/docs', headers });
  expect([found.statusCode, found.headers['location']]).toEqual([301, 'docs/']);
});
