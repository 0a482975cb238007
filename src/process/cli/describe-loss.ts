import type { Loss } from '../../service/cells/recover-cell.ts';

/** The lines that tell an operator what a recovery of a cell could not find. */
export function describeLoss(cell: string, { gaps, missing }: Loss) {
  return {
    lost: gaps.map(({ epoch, firstSeq, lastSeq, orders }) => {
      const entries = `entries ${firstSeq} to ${lastSeq} of epoch ${epoch}`;
      const held = `${orders ?? 'an unknown number of'} orders`;
      return `${cell}: acknowledged orders are lost: ${entries}, with ${held}`;
    }),
    missing: missing.map(
      (name) => `${cell}: ${name} did not hand over what it remembers: it is dead or stalled`,
    ),
  };
}
