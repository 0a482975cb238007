import type { Problem } from '../../api/problem.ts';
import { useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';
import { actionText } from './problem-text.ts';

/** Why what the visitor asked for was not done, and the number of the request. */
export function ActionFailed({ problem }: { readonly problem: Problem }) {
  const words = useWords(kitWords);
  const { requestId } = problem;
  return (
    <div class="notice" role="alert">
      <p>{actionText(problem, words)}</p>
      {requestId !== null && <p class="muted small">{words.requestId(requestId)}</p>}
    </div>
  );
}
