import { usePage } from '../../kit/page/hooks.ts';
import { matchPath } from '../../kit/routing/match.ts';

/** A parameter of the path that the visitor is at. @returns empty when the path has none */
export function useParam(pattern: string, name: string): string {
  const { path } = usePage().router;
  return matchPath(pattern, path.value)?.[name] ?? '';
}
