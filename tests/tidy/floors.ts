import { importsOf, targetOf } from './imports.ts';
import { fault, isScript, type Rule } from './source.ts';

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
  const wrong = importsOf(source).filter((one) => {
    const path = targetOf(source, one);
    if (path === null) return folder === 'domain';
    const [root, target = ''] = path.split('/');
    return root !== 'src' || (target !== folder && !allowed.includes(target));
  });
  return wrong.map(({ name, offset }) => fault(source, offset, `${folder} may not import ${name}`));
};
