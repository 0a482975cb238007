import { useWords } from '../../kit/page/hooks.ts';
import { problemText } from '../../kit/parts/tell/problem-text.ts';
import { kitWords } from '../../kit/words/kit-words.ts';
import type { SaveProblem } from './save-problem.ts';
import { savingWords } from './words.ts';

interface SaveFailedProps {
  readonly problem: SaveProblem;
  /** Pointers that the form shows at their fields; all other faults are listed here. */
  readonly shown?: readonly string[];
  /** Do not say that nothing is saved: only a question failed, or nobody knows. */
  readonly isRead?: boolean;
}

/** Why nothing was saved, and what the service says of it. */
export function SaveFailed({ problem, shown = [], isRead = false }: SaveFailedProps) {
  const words = useWords(savingWords);
  const kit = useWords(kitWords);
  const own: Readonly<Record<string, string>> = {
    invalid: words.invalid,
    conflict: words.conflict,
    not_refundable: words.notRefundable,
    // Nothing tries again by itself.
    busy: words.busy,
    rate_limited: words.busy,
  };
  const others = problem.faults.filter(({ pointer }) => !shown.some((at) => pointer === at));
  const isExplained = problem.code === 'conflict' || problem.code === 'not_refundable';
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        {own[problem.code] ?? problemText(problem, kit)} {!isRead && words.notSaved}
      </p>
      {isExplained && problem.detail !== null && (
        <p class="small">{words.serviceSays(problem.detail)}</p>
      )}
      {others.length > 0 && (
        <ul class="small">
          {others.map(({ pointer, detail }) => (
            <li key={pointer}>
              <code>{pointer}</code> {words.fault(detail)}
            </li>
          ))}
        </ul>
      )}
      {problem.requestId !== null && <p class="muted small">{kit.requestId(problem.requestId)}</p>}
    </div>
  );
}
