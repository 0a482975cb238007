import type { OfferFigures } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { refusedOf } from './totals.ts';
import type { Refused } from './totals.ts';
import { todayWords } from './words.ts';

/** Why order lines were refused, and how many. */
export function Refusals({ offers }: { readonly offers: readonly OfferFigures[] }) {
  const words = useWords(todayWords);
  const formats = useFormats();
  const codes: Readonly<Record<string, string>> = words.codes;
  const rows = refusedOf(offers);
  if (rows.length === 0) return <p class="muted">{words.nothingRefused}</p>;
  const columns: Column<Refused>[] = [
    { key: 'reason', title: words.reason, cell: ({ code }) => codes[code] ?? code },
    {
      key: 'lines',
      title: words.lines,
      isNumber: true,
      cell: ({ lines }) => formats.count(lines),
    },
  ];
  return (
    <>
      <Table caption={words.why} columns={columns} rows={rows} keyOf={({ code }) => code} />
      <p class="muted small">{words.refusedBody}</p>
    </>
  );
}
