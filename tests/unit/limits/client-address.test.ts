import { expect, test } from 'vitest';
import type { TrustProxy } from '../../../src/platform/config/limit-parsers.ts';
import { addressReader } from '../../../src/http/limits/client-address.ts';

function addressOf(trust: TrustProxy | undefined, remoteAddress: string, forwarded?: string) {
  const warnings: string[] = [];
  const read = addressReader({ trust, onUnknownProxy: () => warnings.push('proxy') });
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const request = { socket: { remoteAddress }, headers } as Parameters<typeof read>[0];
  read(request);
  return { address: read(request), warnings };
}

test('without a trusted proxy, X-Forwarded-For is ignored, and that is told once', () => {
  const { address, warnings } = addressOf(undefined, '10.0.0.1', '203.0.113.9');
  expect(address).toBe('10.0.0.1');
  expect(warnings).toHaveLength(1);
  expect(addressOf(undefined, '10.0.0.1').warnings).toHaveLength(0);
});

test.each<[string, TrustProxy, string, string, string]>([
  ['one proxy: the last entry', 1, '10.0.0.1', '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  ['two proxies: the last but one', 2, '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['fewer entries than proxies: the first', 3, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['no header: the connection', 1, '10.0.0.1', '', '10.0.0.1'],
  ['a trusted network', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6,203.0.113.9,10.9.9.9', '203.0.113.9'],
  ['a trusted address', ['10.0.0.1'], '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a trusted IPv6 network', ['fd00::/8'], 'fd00::7', '203.0.113.9', '203.0.113.9'],
  ['a stranger may claim nothing', ['10.0.0.0/8'], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['an entry with a port', 1, '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6 with a port', 1, '10.0.0.1', '[2001:db8:1:2::9]:80', '2001:db8:1:2::'],
])('%s', (_what, trust, remote, forwarded, address) => {
  expect(addressOf(trust, remote, forwarded).address).toBe(address);
});

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::'],
  ['2001:0db8:0001::6', '2001:db8:1:0::'],
  ['::1', '0:0:0:0::'],
  ['fe80::1%eth0', 'fe80:0:0:0::'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
])('%s is the caller %s', (remote, caller) => {
  expect(addressOf(undefined, remote).address).toBe(caller);
});

test('an entry that is no address names one caller, however long it is', () => {
  for (const text of ['unknown', 'x'.repeat(8_000), '999.1.1.1', '_hidden']) {
    expect(addressOf(1, '10.0.0.1', text).address).toBe('unknown');
  }
});
