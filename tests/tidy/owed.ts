/**
 * Files, or folders, that do not keep a rule yet, by the rule. The list only shrinks: once a file
 * keeps the rule, its entry goes.
 */
export const owed: Readonly<Record<string, readonly string[]>> = {
  englishIsPlain: ['lua/', 'src/http/'],
};

/** The faults of files that are not on the list of the rule. */
export const notOwed = (rule: string, faults: readonly string[]): string[] =>
  faults.filter((fault) => !owed[rule]?.some((path) => fault.startsWith(path)));
