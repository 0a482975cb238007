import { expect, test } from 'vitest';
import { shownUrl } from '../../../src/process/own-or-external-servers.ts';

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
