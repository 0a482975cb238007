/** What one row says; a code that answers with two statuses has both, as `405, 415`. */
export interface ProblemRow {
  readonly statuses: string;
  readonly code: string;
  readonly title: string;
}

/** The rows of the table `status | code | title`, in the order of the page. */
export function problemsOfPage(markdown: string): ProblemRow[] {
  const rows = markdown.matchAll(/^\|\s*([\d, ]+?)\s*\|\s*`?(\w+)`?\s*\|\s*(.*?)\s*\|/gm);
  return [...rows].map(([, statuses = '', code = '', title = '']) => ({ statuses, code, title }));
}

/** The rows of the table in code, by the same order. */
export function problemsOfCode(
  problems: Readonly<Record<string, { status: number; also?: number; title: string }>>,
): ProblemRow[] {
  return Object.entries(problems).map(([code, { status, also, title }]) => {
    const statuses = [status, ...(also ? [also] : [])].toSorted((one, other) => one - other);
    return { statuses: statuses.join(', '), code, title };
  });
}
