import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLog, createPseudonyms } from '../../../src/platform/log.ts';

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

test('a person keeps one pseudonym under one secret, which nobody else has', () => {
  const { person, address } = createPseudonyms('secret');
  expect(person('u1')).toMatch(/^[0-9a-f]{12}$/);
  expect(createPseudonyms('secret').person('u1')).toBe(person('u1'));
  expect(person('u2')).not.toBe(person('u1'));
  expect(createPseudonyms('other').person('u1')).not.toBe(person('u1'));
  expect(address('u1')).not.toBe(person('u1'));
});

test('a pseudonym does not come from the secret itself, which also signs tokens', () => {
  const signed = createHmac('sha256', 'secret').update('u1').digest('hex');
  expect(signed).not.toContain(createPseudonyms('secret').person('u1'));
});
