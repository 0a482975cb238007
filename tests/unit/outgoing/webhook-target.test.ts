import { describe, expect, test } from 'vitest';
import {
  hostOf,
  isPublicAddress,
  publicLookup,
  targetFault,
} from '../../../src/outgoing/webhook-target.ts';

const PUBLIC = ['1.1.1.1', '8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700::1111'];
const SPECIAL = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.8.8.8', '169.254.169.254'],
  ...['172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1'],
  ...['198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '240.0.0.1'],
  ...['255.255.255.255', '::', '::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '::127.0.0.1'],
  ...['64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::'],
  ...['3fff::1', '5f00::1', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1'],
  ...['', 'localhost', '1.2.3'],
];

describe('a public address', () => {
  test.each(PUBLIC)('is %s', (address) => expect(isPublicAddress(address)).toBe(true));
  test.each(SPECIAL)('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});

const REFUSED = [
  ...['', 'shop.example', 'ftp://shop.example/', 'http://shop.example/', 'file:///etc/passwd'],
  ...['https://user@shop.example/', 'https://user:word@shop.example/', 'https://shop.example/#a'],
  ...['https://shop.example:22/', 'https://shop.example:80/', 'https://shop.example:1023/'],
  ...['https://localhost/', 'https://LOCALHOST./', 'https://redis/', 'https://a.localhost/'],
  ...['https://db.internal/', 'https://printer.local/', 'https://127.0.0.1/', 'https://127.1/'],
  ...['https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://[::1]/'],
  ...['https://[::ffff:10.0.0.1]/', 'https://169.254.169.254/latest', 'https://[fd00::1]/'],
  ...['https://api.shop.svc/', 'https://nas.home.arpa/', 'https://nas.lan/', 'https://erp.corp./'],
  ...['https://shop.test/', 'https://shop.onion/', 'https://svc/', 'https://HOME.arpa/'],
  `https://shop.example/${'a'.repeat(2_048)}`,
  `https://shop.example/${'é'.repeat(1_000)}`,
];

describe('a target', () => {
  test.each(REFUSED)('is not %s', (url) => {
    expect(targetFault(url, { allowPrivate: false })).toMatch(/^(must|is not a URL$)/);
  });

  test.each(['', 'shop.example', '//example.com', 'https://exa mple.com', 'https://'])(
    'is not %j, because that is not a URL',
    (url) => expect(targetFault(url, { allowPrivate: false })).toBe('is not a URL'),
  );

  test.each(['\u001b[31m', '\n', '\t', '\u0085', ' ', '\u2028', '\\'])(
    'has no %j anywhere in it',
    (unfit) => {
      for (const url of ['https://shop.example/a?b', 'https://shop.example/']) {
        for (const at of [url.length, url.indexOf('/', 10)]) {
          const text = url.slice(0, at + 1) + unfit + url.slice(at + 1);
          expect(targetFault(text, { allowPrivate: true })).toMatch(/^must not have whitespace/);
        }
      }
    },
  );

  test.each([
    'https://shop.example/hook?a=1',
    'https://shop.example:8443/',
    'https://1.1.1.1/',
    'https://[2606:4700::1111]/',
    'https://mysvc.example/',
    'https://contest.example/',
  ])('is %s', (url) => expect(targetFault(url, { allowPrivate: false })).toBeNull());

  test('may be private in development, but has no other scheme and no user', () => {
    const fault = (url: string) => targetFault(url, { allowPrivate: true });
    expect(fault('http://127.0.0.1:3000/hook')).toBeNull();
    expect(fault('https://localhost/hook')).toBeNull();
    expect(fault('file:///etc/passwd')).toMatch(/^must /);
    expect(fault('http://user@127.0.0.1/')).toMatch(/^must /);
  });

  test('has a host without brackets', () => {
    expect(hostOf(new URL('https://[::1]:8443/'))).toBe('::1');
    expect(hostOf(new URL('https://shop.example/'))).toBe('shop.example');
  });
});

/** The address or the error that a connection to this host gets. */
const resolved = (host: string, all: boolean): Promise<unknown> =>
  new Promise((resolve) => {
    publicLookup(host, { all }, (error, address) => resolve(error ?? address));
  });

test.each([true, false])(
  'a name that resolves to a private address is refused (all: %s)',
  async (all) => {
    expect(await resolved('localhost', all)).toMatchObject({ name: 'PrivateTarget' });
  },
);
