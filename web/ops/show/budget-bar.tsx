import type { BudgetGlance } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { StackedBar } from '../../kit/parts/show/stacked-bar.tsx';
import { budgetTone, shareLeft } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';

interface BudgetBarProps {
  readonly budget: BudgetGlance;
  readonly currency: string;
}

/** How far a budget is burnt down, in one line. */
export function BudgetBar({ budget, currency }: BudgetBarProps) {
  const { budgets: words } = useWords(opsWords);
  const formats = useFormats();
  const { id, amount, spent, left } = budget;
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
      </span>
    </>
  );
}
