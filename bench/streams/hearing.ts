import type { GroupTally, ListenPlan, ListenTally } from './listen-plan.ts';

/** The listeners that lost their stream, or were not told of each offer that it is sold out. */
export function missedBy({ groups, offers }: ListenPlan, tally: ListenTally): number {
  const missed = groups.map(({ audience, listeners }) => {
    const { cut, heard } = tally[audience];
    const deaf = offers.map((offer) => listeners - (heard[offer]?.listeners ?? 0));
    return Math.max(cut, ...deaf);
  });
  return missed.reduce((sum, count) => sum + count, 0);
}

/**
 * The longest time from the order of an offer's last unit until the last listener of a group heard
 * that it is sold out, in ms. It includes the order itself.
 * @param orderedAt by offer, in ms since 1970
 */
export function lagOf(
  { heard }: Pick<GroupTally, 'heard'>,
  orderedAt: Readonly<Record<string, number>>,
): number {
  const lags = Object.entries(orderedAt).map(([offer, ms]) => (heard[offer]?.lastMs ?? ms) - ms);
  return Math.max(0, ...lags);
}
