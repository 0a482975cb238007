import type { BudgetGlance } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { StackedBar } from '../../kit/parts/show/stacked-bar.tsx';
import { budgetKey, lastsMs } from '../desk/burn.ts';
import { useDesk } from '../desk/desk.ts';
import { budgetTone, shareLeft } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';

interface BudgetBarProps {
  readonly budget: BudgetGlance;
  /** The id of its sale. */
  readonly sale: string;
  readonly currency: string;
}

/** How far a budget is burnt down, and when it will be empty at this pace, in one line. */
export function BudgetBar({ budget, sale, currency }: BudgetBarProps) {
  const { budgets: words } = useWords(opsWords);
  const formats = useFormats();
  const { clock } = usePage();
  const { burn } = useDesk();
  const { id, amount, spent, left } = budget;
  const nowMs = clock.now();
  const lasts = lastsMs(burn.value.get(budgetKey(sale, id)) ?? [], left, nowMs);
  const text = words.left(formats.money(left, currency), formats.money(amount, currency));
  return (
    <>
      <span class="budget-name">
        <Badge tone={budgetTone(budget)}>{id}</Badge>
      </span>
      <span class="budget-bar">
        <StackedBar
          label={`${id}: ${text}`}
          sold={Math.max(0, spent)}
          reserved={0}
          left={Math.max(0, left)}
        />
      </span>
      <span class="budget-left">
        {left <= 0 ? words.spent : formats.percent(shareLeft(budget))}
        {lasts !== null && ` · ${words.empty(formats.relative(nowMs + lasts, nowMs))}`}
      </span>
    </>
  );
}
