import { dirname, join } from 'node:path/posix';
import { Visitor } from 'vite';
import { fault, isScript, parse, type Rule, type Source } from './source.ts';

const ground = ['domain', 'platform'];
const stores = ['cell', 'ledger', 'provider', 'outgoing'];
const edges = ['http', 'queue'];

/** What a folder of src/ may import beside itself. */
const floors: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  platform: [],
  cell: ground,
  ledger: ground,
  provider: ground,
  outgoing: ground,
  service: [...ground, ...stores],
  http: [...ground, ...stores, 'service'],
  queue: [...ground, ...stores, 'service'],
  process: [...ground, ...stores, 'service', ...edges],
};

/** Imports only go down; the domain imports nothing but itself, not even a package. */
export const importsGoDown: Rule = (source) => {
  const [top, folder = ''] = source.path.split('/');
  if (top !== 'src' || !isScript(source)) return [];
  const allowed = floors[folder];
  if (!allowed) return [`${source.path}:1: src/${folder} is on no floor`];
  const wrong = importsOf(source).filter(({ name }) => {
    if (!name.startsWith('.')) return folder === 'domain';
    const [root, target = ''] = join(dirname(source.path), name).split('/');
    return root !== 'src' || (target !== folder && !allowed.includes(target));
  });
  return wrong.map(({ name, offset }) => fault(source, offset, `${folder} may not import ${name}`));
};

/** Of every kind: static, dynamic, re-exporting, and of types alone. */
export function importsOf(source: Source): { name: string; offset: number }[] {
  const found: { name: string; offset: number }[] = [];
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
