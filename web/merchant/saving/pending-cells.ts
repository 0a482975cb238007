/** The cells that have not applied a change yet; none: all have. */
export const pendingOf = (answer: object): readonly number[] => {
  const { pendingCells }: { pendingCells?: unknown } = { ...answer };
  return Array.isArray(pendingCells)
    ? pendingCells.filter((cell): cell is number => typeof cell === 'number')
    : [];
};

/** Of all that a sale may wait for, what a change may wait for as well. */
export const OF_CHANGES = ['cells_away', 'instructions', 'withdrawals'] as const;
export type OfChanges = (typeof OF_CHANGES)[number];

export const isOfChanges = (word: string): word is OfChanges =>
  OF_CHANGES.some((one) => one === word);
