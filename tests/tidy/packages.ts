import { isBuiltin } from 'node:module';
import { importsOf } from './imports.ts';
import { isScript, type Source } from './source.ts';

/** The two lists of package.json, by package. */
export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** `typebox` of `typebox/value`; null for a file and for a module of Node. */
function packageOf(name: string): string | null {
  if (name.startsWith('.') || isBuiltin(name)) return null;
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

const packagesOf = (sources: readonly Source[]): Set<string> =>
  new Set(
    sources
      .filter(isScript)
      .flatMap(importsOf)
      .flatMap(({ name }) => packageOf(name) ?? []),
  );

/** An installation without development packages holds what the product imports, and no more. */
export function packageFaults(sources: readonly Source[], manifest: Manifest): string[] {
  const product = packagesOf(sources.filter(({ path }) => path.startsWith('src/')));
  const rest = packagesOf(
    sources.filter(({ path }) => /^(proof|bench|client|web|examples|tests)\//.test(path)),
  );
  const { dependencies, devDependencies } = manifest;
  const missing = [...product].filter((name) => !(name in dependencies));
  const idle = Object.keys(dependencies).filter((name) => !product.has(name));
  const unknown = [...rest].filter((name) => !(name in { ...dependencies, ...devDependencies }));
  return [
    ...missing.map((name) => `package.json: src imports ${name}, so it must be a dependency`),
    ...idle.map((name) => `package.json: src does not import ${name}: no dependency`),
    ...unknown.map((name) => `package.json: ${name} is imported and not listed`),
  ];
}
