import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiDocument } from '../../../proof/openapi/api-document.ts';

test('docs/openapi.json is what the routes say: `npm run openapi` writes it', async () => {
  expect(readFileSync('docs/openapi.json', 'utf8')).toBe(await apiDocument());
});
