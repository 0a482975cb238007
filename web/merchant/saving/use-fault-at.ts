import { useWords } from '../../kit/page/hooks.ts';
import { faultAt } from './save-problem.ts';
import type { SaveProblem } from './save-problem.ts';
import { savingWords } from './words.ts';

/** Says what is wrong with a field. @param problem null: nothing is known to be wrong */
export function useFaultAt(problem: SaveProblem | null) {
  const { fault } = useWords(savingWords);
  return (pointer: string): string | null => {
    const found = problem && faultAt(problem, pointer);
    return found === null ? null : fault(found);
  };
}
