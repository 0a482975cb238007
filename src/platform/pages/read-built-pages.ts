import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { BuiltFile } from './built-file.ts';
import type { BuiltPages, Coding } from './built-file.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** How scripts/bootstrap/web.mjs calls a file in a coding. */
const ENDINGS: readonly (readonly [Coding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

/** Reads all files of the built pages into memory; they are some hundred kilobytes. */
export function readBuiltPages(folder: string): BuiltPages {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [relative(folder, path).replaceAll(sep, '/'), readBuiltFile(path)]),
  );
}

function readBuiltFile(path: string): BuiltFile {
  const coded = ENDINGS.flatMap(([coding, ending]) => {
    const file = `${path}${ending}`;
    return existsSync(file) ? [[coding, readFileSync(file)] as const] : [];
  });
  return new BuiltFile(TYPES[extname(path)]!, readFileSync(path), new Map(coded));
}
