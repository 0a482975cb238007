import type { Problem } from '../../api/problem.ts';
import type { en } from '../../words/en.ts';

/** A text of our own for what any view may meet, else what the service says to its visitor. */
export function problemText(
  { code, message }: Problem,
  { failed }: Pick<typeof en, 'failed'>,
): string {
  const own: Readonly<Record<string, string>> = {
    offline: failed.offline,
    unauthenticated: failed.unauthenticated,
    forbidden: failed.forbidden,
    not_found: failed.notFound,
    busy: failed.busy,
    rate_limited: failed.busy,
    fault: failed.fault,
  };
  return own[code] ?? message ?? failed.fault;
}
