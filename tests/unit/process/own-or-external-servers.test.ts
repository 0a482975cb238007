import { expect, test } from 'vitest';
import { secretsOf, shownUrl } from '../../../src/process/own-or-external-servers.ts';

test.each([
  ['redis://localhost:6379/2', 'redis://localhost:6379/2'],
  ['redis://:s3cret@h', 'redis://h'],
  ['rediss://user:s3cret@h:6380/0?password=s3cret', 'rediss://h:6380/0'],
  ['postgres://user:s3cret@h:5432/sales', 'postgres://h:5432/sales'],
  ['postgres://user:s3@cret@h/sales', 'postgres://h/sales'],
  ['postgres://user:s3:cret,@h/sales', 'postgres://h/sales'],
  ['postgresql://h/sales?user=u&password=s3cret#s3cret', 'postgresql://h/sales'],
  ['postgresql:///sales?host=/run/s3cret', 'postgresql:///sales'],
])('the URL %s is shown as %s', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

test('the secret of our own servers verifies no token beside a key set', () => {
  const local = { jwtSecret: 'generated' };
  const unset = { databaseUrl: undefined, jwtKeysUrl: undefined, pseudonymSecret: undefined };
  const none = { ...unset, jwtSecrets: [] };
  const own = { jwtSecrets: ['generated'], pseudonymSecret: 'generated' };
  expect(secretsOf(none, local)).toEqual(own);
  const keys = { ...none, jwtKeysUrl: 'https://id.shop.example/keys' };
  expect(secretsOf(keys, local)).toEqual({ ...own, jwtSecrets: [] });
  const both = { ...keys, jwtSecrets: ['new', 'old'] };
  expect(secretsOf(both, local)).toEqual({ jwtSecrets: ['new', 'old'], pseudonymSecret: 'old' });
});
