import type { CellGlance } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import { cellTone } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';

/** A word of ours for why a cell is away; a later release may know more of them. */
export const whyAway = ({ cells }: OpsWords, state: string): string =>
  Object.entries(cells.why).find(([why]) => why === state)?.[1] ?? state;

/** What a cell is, in words. */
export function useCellText(cell: CellGlance): string {
  const words = useWords(opsWords);
  const formats = useFormats();
  const { seconds } = usePage();
  const { state, awaySince, lagOrders } = cell;
  const name = words.cells.name(cell.cell, cell.epoch);
  if (state === 'open') return `${name}: ${words.cells.waiting(lagOrders ?? 0)}`;
  const since =
    awaySince === null
      ? words.cells.sinceUnknown
      : words.cells.lasting(formats.lasting(seconds.now.value - msOf(awaySince)));
  return `${name}: ${words.cells.away(whyAway(words, state), since)}`;
}

/** Epoch and backlog of a cell; one that is away is filled and has a shape. */
export function CellSquare({ cell }: { readonly cell: CellGlance }) {
  const { clock } = usePage();
  const formats = useFormats();
  const text = useCellText(cell);
  const tone = cellTone(cell, clock.now());
  const backlog = cell.state === 'open' ? formats.count(cell.lagOrders ?? 0) : '■';
  return (
    <li class={`square square-${tone}`} title={text}>
      <span class="unseen">{text}</span>
      <span aria-hidden="true">
        <small>e{cell.epoch}</small> {backlog}
      </span>
    </li>
  );
}
