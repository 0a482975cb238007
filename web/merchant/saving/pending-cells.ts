/** The cells that have not applied a change yet; none: all have. */
export const pendingOf = (answer: object): readonly number[] => {
  const { pendingCells }: { pendingCells?: unknown } = { ...answer };
  return Array.isArray(pendingCells)
    ? pendingCells.filter((cell): cell is number => typeof cell === 'number')
    : [];
};
