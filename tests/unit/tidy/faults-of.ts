import type { RepositoryRule, Rule } from '../../tidy/source.ts';

/** How often a rule finds fault with a file of this path and text. */
export function faultsOf(rule: Rule, path: string, text: string): number {
  return rule({ path, text }).length;
}

/** What a rule says about files that import each other, given each path with its imports. */
export function faultsAmong(
  rule: RepositoryRule,
  files: Readonly<Record<string, readonly string[]>>,
): string[] {
  const write = (name: string) => `import { a } from '${name}';\n`;
  const sources = Object.entries(files).map(([path, names]) => ({
    path,
    text: names.map(write).join(''),
  }));
  return rule(sources);
}
