import { expect, test } from 'vitest';
import { isLoopback } from '../../../src/platform/config/loopback.ts';

test.each([
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.example.com', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['10.0.0.1', false],
])('%s is this machine: %s', (host, isOurs) => {
  expect(isLoopback(host)).toBe(isOurs);
});
