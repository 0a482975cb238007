import { expect, test } from 'vitest';
import { createLog, pseudonym } from '../../../src/platform/log.ts';

test('secrets are removed at every depth of a logged object', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const authorization = 'Bearer abc';
  log.info({ authorization, request: { headers: { authorization } }, config: { secret: 'abc' } });
  log.info({ token: 'abc', user: { password: 'abc' }, config: { jwtSecret: 'abc' } });
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('abc');
});

test('a line below the level is not written', () => {
  const lines: string[] = [];
  createLog('error', { write: (line) => void lines.push(line) }).info('quiet');
  expect(lines).toEqual([]);
});

test('a person keeps one pseudonym under one secret and has another under another secret', () => {
  const name = pseudonym('u1', 'secret');
  expect(name).toMatch(/^[0-9a-f]{12}$/);
  expect(pseudonym('u1', 'secret')).toBe(name);
  expect(pseudonym('u2', 'secret')).not.toBe(name);
  expect(pseudonym('u1', 'other')).not.toBe(name);
});
