import type { CellGlance, SaleGlance } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Relative } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { kitWords } from '../../kit/words/kit-words.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk.ts';
import { cellTone } from '../desk/verdicts.ts';
import { BudgetBar } from '../show/budget-bar.tsx';
import { whyAway } from '../show/cell-square.tsx';
import { opsWords } from '../words.ts';
import { AuditNow } from './audit-now.tsx';
import { SaleActs } from './sale-acts.tsx';
import { AuditWord, NeedWords, StateWord } from './sale-words.tsx';

const LINES = 10;

interface Of {
  readonly sale: SaleGlance;
}

function Cells({ sale: { cells } }: Of) {
  const words = useWords(opsWords);
  const kit = useWords(kitWords);
  const { clock } = usePage();
  const formats = useFormats();
  const stateOf = ({ state }: CellGlance) =>
    state === 'open' ? kit.state.open : whyAway(words, state);
  const columns: Column<CellGlance>[] = [
    { key: 'cell', title: words.sales.cell, cell: ({ cell }) => String(cell) },
    {
      key: 'state',
      title: words.sales.state,
      cell: (cell) => <Badge tone={cellTone(cell, clock.now())}>{stateOf(cell)}</Badge>,
    },
    { key: 'epoch', title: words.sales.epoch, isNumber: true, cell: ({ epoch }) => String(epoch) },
    {
      key: 'lag',
      title: words.sales.lag,
      isNumber: true,
      cell: ({ lagOrders }) => (lagOrders === null ? words.unknown : formats.count(lagOrders)),
    },
    {
      key: 'since',
      title: words.sales.since,
      cell: ({ awaySince, lagSince }) => {
        const since = awaySince ?? lagSince;
        return since === null ? '–' : <Relative ms={msOf(since)} />;
      },
    },
  ];
  return (
    <section class="stack" aria-labelledby="cells">
      <h3 id="cells">{words.sales.cells}</h3>
      <Table
        caption={words.sales.cells}
        columns={columns}
        rows={cells}
        keyOf={({ cell }) => String(cell)}
      />
    </section>
  );
}

function Budgets({ sale: { sale, budgets, currency } }: Of) {
  const { tile } = useWords(opsWords);
  if (budgets.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="budgets">
      <h3 id="budgets">{tile.budgets}</h3>
      <ul class="budget-list">
        {budgets.map((budget) => (
          <li key={budget.id}>
            <BudgetBar budget={budget} sale={sale} currency={currency} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Shown({ sale }: Of) {
  const { sales: words } = useWords(opsWords);
  return (
    <div class="stack">
      <div class="sale-acts">
        <StateWord state={sale.state} />
        <SaleActs sale={sale.sale} state={sale.state} />
        <a href={`/merchant/s/${sale.sale}/orders`}>{words.orders}</a>
        <a href={`/s/${sale.sale}`}>{words.shop}</a>
      </div>
      <dl class="facts">
        <dt>{words.audit}</dt>
        <dd>
          <AuditWord sale={sale} />
        </dd>
        <dt>{words.waiting}</dt>
        <dd>
          <NeedWords sale={sale} />
        </dd>
      </dl>
      <section class="stack" aria-labelledby="audit">
        <h3 id="audit">{words.audited}</h3>
        <AuditNow sale={sale.sale} isBroken={(sale.audit?.brokenPromises ?? 0) > 0} />
      </section>
      <Cells sale={sale} />
      <Budgets sale={sale} />
    </div>
  );
}

/** One sale that was opened, with all that an operator asks of it. */
export function SaleStory({ sale }: { readonly sale: string }) {
  const words = useWords(opsWords);
  const { sales } = useDesk();
  const now = sales.now.value;
  const found = 'data' in now ? now.data.items.find((one) => one.sale === sale) : undefined;
  return (
    <section class="stack" aria-labelledby="sale">
      <h2 id="sale">{found?.name ?? sale}</h2>
      <LoadedView load={sales} skeleton={<Skeleton lines={LINES} />}>
        {() =>
          found ? (
            <Shown sale={found} />
          ) : (
            <EmptyState title={words.sales.gone} body={words.sales.goneBody}>
              <a href="/ops/sales">{words.tabs.sales}</a>
            </EmptyState>
          )
        }
      </LoadedView>
    </section>
  );
}
