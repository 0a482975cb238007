import type { OfferFigures } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { viewPath } from '../desk/paths.ts';
import { bySoonest } from './totals.ts';
import type { Pace } from './totals.ts';
import { todayWords } from './words.ts';

/** At this many minutes or fewer it is time to act. */
const SOON_MINUTES = 15;
const ROWS_MOST = 20;

function Left({ minutesLeft }: Pick<Pace, 'minutesLeft'>) {
  const words = useWords(todayWords);
  if (minutesLeft === null) return <span class="muted">{words.rests}</span>;
  if (minutesLeft === 0) return <Badge tone="bad">{words.soldOut}</Badge>;
  const text = words.atThisPace(minutesLeft);
  return minutesLeft <= SOON_MINUTES ? <Badge tone="warn">{text}</Badge> : <>{text}</>;
}

/** The offers by how soon they run out. */
export function RunningOut({ offers }: { readonly offers: readonly OfferFigures[] }) {
  const words = useWords(todayWords);
  const formats = useFormats();
  const { sale } = useDesk();
  const columns: Column<Pace>[] = [
    {
      key: 'offer',
      title: words.offer,
      cell: ({ figures: { offer, title } }) => (
        <a href={`${viewPath(sale.id, 'offers')}?offer=${offer}`}>{title}</a>
      ),
    },
    {
      key: 'left',
      title: words.left,
      isNumber: true,
      cell: ({ figures }) => formats.count(figures.available),
    },
    {
      key: 'pace',
      title: words.pace,
      isNumber: true,
      cell: ({ figures }) => words.perMinute(formats.count(figures.unitsAMinute)),
    },
    { key: 'soon', title: words.runsOut, cell: (pace) => <Left {...pace} /> },
  ];
  return (
    <Table
      caption={words.soonest}
      columns={columns}
      rows={bySoonest(offers).slice(0, ROWS_MOST)}
      keyOf={({ figures }) => figures.offer}
    />
  );
}
