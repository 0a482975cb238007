import { dirname, join } from 'node:path/posix';
import { Visitor } from 'vite';
import { fault, isScript, parse, type Rule, type Source } from './source.ts';

export interface Import {
  /** As written: a path such as `../keys.ts`, or a package. */
  readonly name: string;
  readonly offset: number;
}

/** Imports of every kind: static, dynamic, re-exporting, and of types alone. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const note = (literal: { type: string; value?: unknown; start: number } | null) => {
    const name = typeof literal?.value === 'string' ? literal.value : undefined;
    if (literal && name !== undefined) found.push({ name, offset: literal.start });
  };
  new Visitor({
    ImportDeclaration: (node) => note(node.source),
    ExportAllDeclaration: (node) => note(node.source),
    ExportNamedDeclaration: (node) => note(node.source),
    ImportExpression: (node) => note(node.source),
    TSImportType: (node) => note(node.source),
  }).visit(parse(source));
  return found;
}

/** The file of the repository that an import names, or null for a package. */
export const targetOf = ({ path }: Source, { name }: Import): string | null =>
  name.startsWith('.') ? join(dirname(path), name) : null;

const isLua = ({ path }: Source): boolean => /^lua\/.*\.lua$/.test(path);

/** The libraries that a Lua file includes, by path. */
const includesOf = ({ text }: Source): string[] =>
  [...text.matchAll(/^--@include (\S+)$/gm)].map(([, name]) => `lua/${name}.lua`);

/** Every import of one file by another, and every include of a Lua library, by path. */
export function fileGraph(sources: readonly Source[]): Map<string, string[]> {
  const files = sources.filter((source) => isScript(source) || isLua(source));
  const present = new Set(files.map(({ path }) => path));
  return new Map(
    files.map((source) => {
      const targets = isLua(source)
        ? includesOf(source)
        : importsOf(source).map((one) => targetOf(source, one));
      return [source.path, targets.filter((path) => path !== null && present.has(path))];
    }) as [string, string[]][],
  );
}

/** What each folder at the top may import of the others. */
const tops: Readonly<Record<string, readonly string[]>> = {
  src: [],
  client: [],
  web: ['client'],
  examples: ['client'],
  proof: ['src', 'client'],
  bench: ['src', 'proof'],
  tests: ['src', 'client', 'web', 'examples', 'proof', 'bench', 'scripts'],
};

/** The product knows nothing of its proof, and neither proof nor bench knows the tests. */
export const topsImportDown: Rule = (source) => {
  const [top = ''] = source.path.split('/');
  const allowed = tops[top];
  if (!allowed || !isScript(source)) return [];
  const wrong = importsOf(source).filter((one) => {
    const [target = top] = targetOf(source, one)?.split('/') ?? [];
    return target !== top && target in tops && !allowed.includes(target);
  });
  return wrong.map(({ name, offset }) => fault(source, offset, `${top}/ may not import ${name}`));
};
