import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateClient } from '../../../proof/openapi/generate-client.ts';
import { generateTypes } from '../../../proof/openapi/generate-types.ts';

const DOCUMENT = 'docs/openapi.json';
/** Their fields depend on something that no schema knows. */
const OPEN = ['ChangedFields', 'FieldValue'];

function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const read = (path: string) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
  return Object.fromEntries(paths.toSorted().map(read)) as Record<string, string>;
}

const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g;
/** The word as a type, and not as a part of a string or of a longer name. */
const UNKNOWN = /(?<!['"\w])unknown(?!['"\w])/;

/** The top-level declarations in which a type is left open, also within another type. */
const openIn = (declarations: readonly string[]): string[] =>
  declarations
    .map((text) => text.replace(COMMENT, ''))
    .filter((text) => UNKNOWN.test(text))
    .map((text) => /\w+/.exec(text)![0]);

test('client/generated is made of docs/openapi.json: `npm run openapi` writes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  try {
    await generateClient(DOCUMENT, folder);
    expect(filesIn(folder)).toEqual(filesIn('client/generated'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a type that is left open is found in an array, a union and a record', () => {
  const open = ['A = unknown[]', 'B = string | unknown', 'C = Record<string, unknown>'];
  const closed = ["D = 'unknown'", "E = 'unknown_offer'", 'F = string; // an unknown one'];
  expect(openIn([...open, ...closed])).toEqual(['A', 'B', 'C']);
});

test('no type of the client is unknown where the body has a shape', () => {
  const types = readFileSync('client/generated/types.gen.ts', 'utf8');
  expect(openIn(types.split(/^export type /m)).toSorted()).toEqual(OPEN);
});

test('openapi-typescript makes no unknown of a body that has a shape', async () => {
  const types = await generateTypes(DOCUMENT);
  const [, schemas = ''] = /^    schemas: \{$([^]*?)^    \};$/m.exec(types) ?? [];
  const declared = schemas.split(/^        (?=\w+:)/m);
  expect(declared.length).toBeGreaterThan(50);
  expect(openIn(declared).toSorted()).toEqual(OPEN);
});
