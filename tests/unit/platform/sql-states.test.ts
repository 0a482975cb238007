import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import { isAway } from '../../../src/platform/is-away.ts';
import { SQL_STATES, isContended, meaningOf } from '../../../src/platform/sql-states.ts';

/** The classes of the manual's appendix A, PostgreSQL 18. */
const CLASSES = `00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39
  3B 3D 3F 40 42 44 53 54 55 57 58 F0 HV P0 XX`.split(/\s+/);

const answer = (code: string) =>
  Object.assign(new DatabaseError('an answer of Postgres', 0, 'error'), { code });

test.each(CLASSES)('class %s has a row, and each of its states a meaning', (sqlClass) => {
  expect(SQL_STATES[sqlClass]).toBeDefined();
  expect(meaningOf(answer(`${sqlClass}ZZZ`))).toBe(SQL_STATES[sqlClass]);
});

describe('an answer of Postgres', () => {
  test.each(['08006', '25006', '25P03', '28P01', '3D000', '40003', '53300', '57014', '57P01'])(
    '%s is an outage',
    (state) => expect(isAway(answer(state))).toBe(true),
  );
  test.each(['40001', '40P01', '55P03'])('%s is contention, and no outage', (state) => {
    expect(isContended(answer(state))).toBe(true);
    expect(isAway(answer(state))).toBe(false);
  });
  test.each(['22003', '23505', '23514'])('%s is poison', (state) => {
    expect(meaningOf(answer(state))).toBe('poison');
  });
  test.each(['25P02', '42601', '42P01', '55000', 'XX000', '99999'])('%s is a bug', (state) => {
    expect(meaningOf(answer(state))).toBe('bug');
    expect(isAway(answer(state))).toBe(false);
  });
});

test('a fault that is not of the server has no meaning here', () => {
  expect(meaningOf(new Error('Connection is closed.'))).toBeNull();
  expect(meaningOf('57014')).toBeNull();
});
