import { importsOf, targetOf } from './imports.ts';
import { fault, isScript, type Rule } from './source.ts';

/** All that a browser loads beside what is written here. */
const packages = /^(preact(\/(hooks|jsx-runtime))?|@preact\/signals|uplot)$/;
/** Runs in Node, when the pages are built. */
const builds = 'web/vite.config.ts';

/** A page imports the kit and itself, and the kit imports no page: each page loads only its own. */
export const pagesStandAlone: Rule = (source) => {
  const [top, page = ''] = source.path.split('/');
  if (top !== 'web' || source.path === builds || !isScript(source)) return [];
  const wrong = importsOf(source).filter((one) => {
    const [root, folder = ''] = targetOf(source, one)?.split('/') ?? [];
    return root === 'web' && folder !== page && folder !== 'kit';
  });
  return wrong.map(({ name, offset }) =>
    fault(source, offset, `web/${page} may not import ${name}`),
  );
};

/** A package of the pages travels to every visitor. */
export const pagesLoadFewPackages: Rule = (source) => {
  if (!source.path.startsWith('web/') || source.path === builds || !isScript(source)) return [];
  const wrong = importsOf(source).filter((one) => {
    const isStyle = one.name.endsWith('.css');
    return targetOf(source, one) === null && !isStyle && !packages.test(one.name);
  });
  return wrong.map(({ name, offset }) => fault(source, offset, `pages do not load ${name}`));
};
