import { expect, test } from 'vitest';
import { stays } from '../../../src/process/reach/finding.ts';
import { lineOf, postgresOf } from '../../../src/process/reach/reach-servers.ts';

const found = stays('has version 9', 'Use Postgres 15 or newer');
const lineWith = (ownRemedy: string | null) =>
  lineOf(postgresOf({ redisUrl: '', databaseUrl: 'postgresql://h/sales', ownRemedy }), found);

test('a server of the environment is named with its variable and the remedy', () => {
  expect(lineWith(null)).toBe(
    'Postgres at postgresql://h/sales (DATABASE_URL) has version 9. Use Postgres 15 or newer',
  );
});

test('our own server is named with what its user can do about it', () => {
  expect(lineWith('Its log says why')).toBe(
    'our own Postgres at postgresql://h/sales has version 9. Its log says why',
  );
});
