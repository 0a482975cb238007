import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import { isAway, unlessAway } from '../../../src/platform/is-away.ts';

const postgres = (code: string): Error =>
  Object.assign(new DatabaseError('an answer of Postgres', 0, 'error'), { code });

const away: [what: string, error: Error][] = [
  ['a server that is not there', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['a connection that was cut', new Error('Connection is closed.')],
  ['a Redis that loads its data', new Error('LOADING Redis is loading the dataset in memory')],
  ['a Redis that a script keeps busy', new Error('BUSY Redis is busy running a script.')],
  ['a Redis that cannot write its disk', new Error('MISCONF Errors writing to the AOF file')],
  ['a Redis without its replicas', new Error('NOREPLICAS Not enough good replicas to write.')],
  ['a Postgres that shuts down', postgres('57P01')],
];
const bugs: [what: string, error: unknown][] = [
  ['an answer that cannot be read', new TypeError('outcomes is not iterable')],
  ['a script that fails', new Error('ERR user_script:12: attempt to index a nil value')],
  ['a group that exists', new Error('BUSYGROUP Consumer Group name already exists')],
  ['a violated constraint', postgres('23505')],
  ['a thrown text', 'Connection is closed.'],
];

describe('an outage', () => {
  test.each(away)('is %s', async (_, error) => {
    expect(isAway(error)).toBe(true);
    expect(await unlessAway(Promise.reject(error))).toBe('away');
  });

  test.each(bugs)('is not %s, which is thrown on unchanged', async (_, error) => {
    expect(isAway(error)).toBe(false);
    await expect(unlessAway(Promise.reject(error as Error))).rejects.toBe(error);
  });

  test('leaves every other answer alone', async () => {
    expect(await unlessAway(Promise.resolve(null))).toBeNull();
  });
});
