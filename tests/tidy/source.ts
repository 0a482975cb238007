import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, type ESTree } from 'vite';

/** A file of the repository, its path relative to the root and with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Says `path:line: what is wrong`, once for each fault of the file. */
export type Rule = (source: Source) => string[];

const folders = ['bench', 'lua', 'proof', 'scripts', 'sql', 'src', 'tests', 'web'];

/** Every hand-written source file: no data, and what tools generate is not under these folders. */
export function readSources(root: string): Source[] {
  const present = readdirSync(root).filter((name) => folders.includes(name));
  return present.flatMap((folder) => {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /\.(?!json$)\w+$/.test(entry.name));
    return files.map((file) => {
      const full = join(file.parentPath, file.name);
      const path = full.slice(root.length + 1).replaceAll('\\', '/');
      return { path, text: readFileSync(full, 'utf8') };
    });
  });
}

export function isScript({ path }: Source): boolean {
  return /\.(ts|tsx|mjs)$/.test(path);
}

export function parse({ path, text }: Source): ESTree.Program {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  return program;
}

/** 1 is the first line. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function fault({ path, text }: Source, offset: number, what: string): string {
  return `${path}:${lineAt(text, offset)}: ${what}`;
}
