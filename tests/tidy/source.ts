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

/** A rule that no file keeps or breaks alone. */
export type RepositoryRule = (sources: readonly Source[]) => string[];

const folders = [
  'bench',
  'client',
  'examples',
  'lua',
  'proof',
  'scripts',
  'sql',
  'src',
  'tests',
  'web',
];
const generated = 'client/generated/';

/** Every hand-written source file: no data, and nothing that a tool generates. */
export function readSources(root: string): Source[] {
  const present = readdirSync(root).filter((name) => folders.includes(name));
  const files = present.flatMap((folder) => filesUnder(root, folder, /\.(?!json$)\w+$/));
  return files.filter(({ path }) => !path.startsWith(generated));
}

/** Every page for people, and the settings they read. */
export function readPages(root: string): Source[] {
  const names = readdirSync(root).filter((name) => /\.(md|yml)$|^\.env\.example$/.test(name));
  const own = names.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  return [...own, ...filesUnder(root, 'docs', /\.md$/)];
}

function filesUnder(root: string, folder: string, names: RegExp): Source[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && names.test(entry.name));
  return files.map((file) => {
    const full = join(file.parentPath, file.name);
    const path = full.slice(root.length + 1).replaceAll('\\', '/');
    return { path, text: readFileSync(full, 'utf8') };
  });
}

export function isScript({ path }: Source): boolean {
  return /\.(ts|tsx|mjs)$/.test(path);
}

const programs = new WeakMap<Source, ESTree.Program>();

/** Parses a source once, for however many rules. */
export function parse(source: Source): ESTree.Program {
  const known = programs.get(source);
  if (known) return known;
  const { program, errors } = parseSync(source.path, source.text);
  if (errors.length > 0) throw new SyntaxError(`${source.path}: ${errors[0]?.message}`);
  programs.set(source, program);
  return program;
}

/** 1 is the first line. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function fault({ path, text }: Source, offset: number, what: string): string {
  return `${path}:${lineAt(text, offset)}: ${what}`;
}
