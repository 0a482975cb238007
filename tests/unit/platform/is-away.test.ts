import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import { isAway, unlessAway, unlessLater } from '../../../src/platform/is-away.ts';

const postgres = (code: string): Error =>
  Object.assign(new DatabaseError('an answer of Postgres', 0, 'error'), { code });

const away: [what: string, error: Error][] = [
  ['a server that is not there', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['a connection that was cut', new Error('Connection is closed.')],
  ['a Redis that loads its data', new Error('LOADING Redis is loading the dataset in memory')],
  ['a Redis that a script keeps busy', new Error('BUSY Redis is busy running a script.')],
  ['a Redis that cannot write its disk', new Error('MISCONF Errors writing to the AOF file')],
  [
    'a Redis without its replicas, in the words of the queue',
    new Error(
      'Failed to add repeatable job for next iteration: NOREPLICAS Not enough good replicas',
    ),
  ],
  ['a Redis without its replicas', new Error('NOREPLICAS Not enough good replicas to write.')],
  [
    'a Redis that stays silent',
    new Error("Socket timeout. Expecting data, but didn't receive any"),
  ],
  ['a transaction that Redis discarded', new Error('EXECABORT Transaction discarded because of')],
  ['a Redis with too many clients', new Error('ERR max number of clients reached')],
  ['a job whose lock a killed Redis lost', new Error('Missing lock for job 7. moveToFinished')],
  ['a job that Redis lost', new Error('Missing key for job repeat:expire:17. moveToFinished')],
  ['a job that ended twice', new Error('Job 7 is not in the active state. moveToFinished')],
  ['a lock that another worker has', new Error('Lock mismatch for job 7. Cmd moveToFinished')],
  ['a lock that a killed Redis cannot renew', new Error('could not renew lock for job 7')],
  ['a network that leads nowhere', Object.assign(new Error('connect'), { code: 'ENETUNREACH' })],
  ['a pool that this process closed', new Error('Cannot use a pool after calling end on it')],
  ['a closed client of Postgres', new Error('Client was closed and is not queryable')],
  ['a Postgres that shuts down', postgres('57P01')],
  ['a session that Postgres ended in a transaction', postgres('25P03')],
  ['a Postgres that only reads', postgres('25006')],
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

  test.each(['40001', '40P01', '55P03'])(
    'is not contention, SQLSTATE %s, but both pass by later',
    async (code) => {
      expect(isAway(postgres(code))).toBe(false);
      expect(await unlessLater(Promise.reject(postgres(code)))).toBe('later');
      expect(await unlessLater(Promise.reject(postgres('57P01')))).toBe('later');
      await expect(unlessLater(Promise.reject(postgres('23505')))).rejects.toThrow();
    },
  );

  test('leaves every other answer alone', async () => {
    expect(await unlessAway(Promise.resolve(null))).toBeNull();
  });
});
