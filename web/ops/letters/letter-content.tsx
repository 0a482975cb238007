import type { DeadLetterContent, Receipt } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Money } from '../../kit/parts/show/money.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk.ts';
import { opsWords } from '../words.ts';

/** The currency of a sale; null: it is not among the opened ones that were read. */
function useCurrency(sale: string): string | null {
  const now = useDesk().sales.now.value;
  if (!('data' in now)) return null;
  return now.data.items.find((one) => one.sale === sale)?.currency ?? null;
}

function Amount(props: { readonly minor: number; readonly currency: string | null }) {
  const { minor, currency } = props;
  const { unknown } = useWords(opsWords);
  return currency === null ? <>{unknown}</> : <Money minor={minor} currency={currency} />;
}

type Line = Receipt['lines'][number];

function Lines({ lines, currency }: { readonly lines: Line[]; readonly currency: string | null }) {
  const { letters: words } = useWords(opsWords);
  const formats = useFormats();
  const columns: Column<Line>[] = [
    { key: 'offer', title: words.offer, cell: ({ offer, store }) => `${offer} · ${store}` },
    {
      key: 'quantity',
      title: words.quantity,
      isNumber: true,
      cell: ({ quantity }) => formats.count(quantity),
    },
    {
      key: 'net',
      title: words.net,
      isNumber: true,
      cell: ({ net }) => <Amount minor={net} currency={currency} />,
    },
  ];
  return (
    <Table
      caption={words.lines}
      columns={columns}
      rows={lines}
      keyOf={({ offer, gift }) => `${offer} ${gift ?? false}`}
    />
  );
}

interface LetterContentProps {
  readonly sale: string;
  readonly content: DeadLetterContent;
}

/** The order or claim that a letter holds: who, when, what, and for how much. */
export function LetterContent({ sale, content }: LetterContentProps) {
  const { letters: words, unknown } = useWords(opsWords);
  const currency = useCurrency(sale);
  const { shopper, key, placedAt, receipt, claim } = content;
  return (
    <div class="stack">
      <dl class="facts">
        <dt>{words.shopper}</dt>
        <dd>{shopper}</dd>
        <dt>{words.key}</dt>
        <dd>{key}</dd>
        <dt>{words.placed}</dt>
        <dd>{placedAt === null ? unknown : <Time ms={msOf(placedAt)} />}</dd>
        {receipt && (
          <>
            <dt>{words.total}</dt>
            <dd>
              <Amount minor={receipt.total} currency={currency} />
            </dd>
          </>
        )}
        {claim && (
          <>
            <dt>{words.promotion}</dt>
            <dd>{claim.promotion}</dd>
            {claim.amount > 0 && (
              <>
                <dt>{words.amount}</dt>
                <dd>
                  <Amount minor={claim.amount} currency={currency} />
                </dd>
              </>
            )}
          </>
        )}
      </dl>
      {receipt && <Lines lines={receipt.lines} currency={currency} />}
    </div>
  );
}
