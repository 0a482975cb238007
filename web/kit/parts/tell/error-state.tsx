import type { Problem } from '../../api/problem.ts';
import { usePage, useWords } from '../../page/hooks.ts';
import { signInAddress } from '../../session/sign-in-address.ts';
import { kitWords } from '../../words/kit-words.ts';
import { Button } from '../ask/button.tsx';
import { problemText } from './problem-text.ts';

interface ErrorStateProps {
  readonly problem: Problem;
  /** Undefined: trying again is of no use. */
  readonly onAgain?: () => void;
}

/** What happened and what to do, in place of what could not be read. */
export function ErrorState({ problem, onAgain }: ErrorStateProps) {
  const words = useWords(kitWords);
  const { router } = usePage();
  // Who is signed in as somebody who may not see this can be somebody else there.
  const mustSignIn = problem.code === 'unauthenticated' || problem.code === 'forbidden';
  return (
    <div class="state" role="alert">
      <p>{problemText(problem, words)}</p>
      {mustSignIn && (
        <a class="button button-main" href={signInAddress(router.here)}>
          {words.signIn}
        </a>
      )}
      {!mustSignIn && onAgain && <Button onPress={onAgain}>{words.tryAgain}</Button>}
      {problem.requestId !== null && (
        <p class="muted small">{words.requestId(problem.requestId)}</p>
      )}
    </div>
  );
}
