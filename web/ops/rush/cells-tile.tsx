import type { CellGlance, SaleGlance, SaleGlancePage } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { SaleStateWord } from '../../kit/parts/show/badge.tsx';
import { useDesk } from '../desk/desk.ts';
import { cellTone, isAway } from '../desk/verdicts.ts';
import { CellSquare } from '../show/cell-square.tsx';
import { opsWords } from '../words.ts';
import { fitting } from './rows.tsx';
import { Tile } from './tile.tsx';
import { useWall } from './wall.ts';

/** Lines, the last of which says how many more there are. */
const MAX_SALES = 3;
const MAX_CELLS = 10;

const awayCount = ({ cells }: SaleGlance): number => cells.filter(isAway).length;
const isLive = ({ state }: SaleGlance): boolean => state === 'open' || state === 'paused';

/** Sales with cells away come first, then those that sell. */
const byUrgency = (one: SaleGlance, other: SaleGlance): number =>
  awayCount(other) - awayCount(one) || Number(isLive(other)) - Number(isLive(one));

function SaleCells({ sale }: { readonly sale: SaleGlance }) {
  const { clock } = usePage();
  const { cells: words } = useWords(opsWords);
  const isWall = useWall().value;
  const rank = (cell: CellGlance) => ['bad', 'warn'].indexOf(cellTone(cell, clock.now()));
  const urgent = sale.cells.filter((cell) => rank(cell) >= 0);
  const calm = sale.cells.filter((cell) => rank(cell) < 0);
  const shown = [...urgent, ...calm].slice(0, MAX_CELLS).toSorted((a, b) => a.cell - b.cell);
  const more = sale.cells.length - shown.length;
  return (
    <li class="sale-cells">
      <span class="sale-cells-name">
        {isWall ? sale.name : <a href={`/ops/sales/${sale.sale}`}>{sale.name}</a>}
      </span>
      {sale.state === 'paused' && <SaleStateWord state="paused" />}
      <ul class="squares">
        {shown.map((cell) => (
          <CellSquare key={cell.cell} cell={cell} />
        ))}
      </ul>
      {more > 0 && <span class="small muted">{words.more(more)}</span>}
    </li>
  );
}

/** Every cell as a square: its epoch and what waits in it, or that it is away. */
export function CellsTile() {
  const { sales } = useDesk();
  const { cells: words } = useWords(opsWords);
  const draw = ({ items }: SaleGlancePage) => {
    if (items.length === 0) return <p class="small muted">{words.none}</p>;
    const shown = fitting(items.toSorted(byUrgency), MAX_SALES);
    const more = items.length - shown.length;
    return (
      <>
        <ul class="watch-rows">
          {shown.map((sale) => (
            <SaleCells key={sale.sale} sale={sale} />
          ))}
        </ul>
        {more > 0 && <p class="small muted">{words.moreSales(more)}</p>}
      </>
    );
  };
  const toneOf = ({ items }: SaleGlancePage) =>
    items.some((sale) => awayCount(sale) > 0) ? 'bad' : 'good';
  return (
    <Tile name="cells" href="/ops/sales" load={sales} toneOf={toneOf} lines={MAX_SALES}>
      {draw}
    </Tile>
  );
}
