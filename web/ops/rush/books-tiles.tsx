import type { BudgetGlance, SaleGlance, SaleGlancePage } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Relative } from '../../kit/parts/show/time.tsx';
import { useDesk } from '../desk/desk.ts';
import { needsOfAll, shareLeft } from '../desk/verdicts.ts';
import type { Need } from '../desk/verdicts.ts';
import { BudgetBar } from '../show/budget-bar.tsx';
import { opsWords } from '../words.ts';
import { MoreRows, Rows, fitting } from './rows.tsx';
import { Tile } from './tile.tsx';

const MAX_BUDGETS = 4;
const MAX_NEEDS = 6;

interface OwnBudget {
  readonly sale: SaleGlance;
  readonly budget: BudgetGlance;
}

/** Those that burn down first. Spent ones, and those of closed sales, come last. */
function burning({ items }: SaleGlancePage): OwnBudget[] {
  const all = items.flatMap((sale) => sale.budgets.map((budget) => ({ sale, budget })));
  const rank = ({ sale, budget }: OwnBudget): number => {
    if (sale.state === 'closed') return 2;
    return budget.left > 0 ? shareLeft(budget) : 1 + shareLeft(budget);
  };
  return all.toSorted((one, other) => rank(one) - rank(other));
}

/** What promotions may still draw, as bars. */
export function BudgetsTile() {
  const { sales } = useDesk();
  const { budgets: words } = useWords(opsWords);
  return (
    <Tile name="budgets" href="/ops/sales" load={sales} lines={MAX_BUDGETS}>
      {(data) => {
        const all = burning(data);
        if (all.length === 0) return <p class="small muted">{words.none}</p>;
        const shown = fitting(all, MAX_BUDGETS);
        return (
          <>
            <Rows items={shown} keyOf={({ sale, budget }) => `${sale.sale}/${budget.id}`}>
              {({ sale, budget }) => (
                <BudgetBar budget={budget} sale={sale.sale} currency={sale.currency} />
              )}
            </Rows>
            <MoreRows count={all.length - shown.length} />
          </>
        );
      }}
    </Tile>
  );
}

function NeedRow({ need }: { readonly need: Need }) {
  const { needs } = useWords(opsWords);
  const formats = useFormats();
  const { word, count, sinceMs, tone } = need;
  return (
    <>
      <span class="grow">
        <Badge tone={tone}>{needs[word]}</Badge>
      </span>
      <strong>{formats.count(count)}</strong>
      {sinceMs !== null && count > 0 && (
        <span class="muted">
          <Relative ms={sinceMs} />
        </span>
      )}
    </>
  );
}

/** Dead letters, provider calls and all else that waits, over all sales. */
export function NeedsTile() {
  const { sales } = useDesk();
  const { clock } = usePage();
  const needsOf = ({ items }: SaleGlancePage) => needsOfAll(items, clock.now());
  const now = sales.now.value;
  const isDead =
    'data' in now &&
    needsOf(now.data).some(({ word, count }) => word === 'dead_letters' && count > 0);
  return (
    <Tile
      name="needs"
      href={isDead ? '/ops/dead-letters' : '/ops/calls'}
      load={sales}
      lines={MAX_NEEDS}
      toneOf={(data) => (needsOf(data).some(({ tone }) => tone === 'bad') ? 'bad' : 'good')}
    >
      {(data) => {
        const needs = needsOf(data);
        const shown = fitting(needs, MAX_NEEDS);
        return (
          <>
            <Rows items={shown} keyOf={({ word }) => word}>
              {(need) => <NeedRow need={need} />}
            </Rows>
            <MoreRows count={needs.length - shown.length} />
          </>
        );
      }}
    </Tile>
  );
}
