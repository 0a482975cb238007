import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { save } from './save.ts';
import type { Clash, SaveRequest, Saved } from './save.ts';
import { saveProblemOf } from './save-problem.ts';
import type { SaveProblem } from './save-problem.ts';

export type SavingState<Thing, Answer> =
  | { readonly kind: 'idle' | 'saving' }
  | Saved<Answer>
  | Clash<Thing>
  | { readonly kind: 'failed'; readonly problem: SaveProblem };

export interface Saving<Thing, Answer> {
  readonly now: ReadonlySignal<SavingState<Thing, Answer>>;
  /** @returns the answer; null when it is not saved, and `now` says why */
  run(request: SaveRequest<Thing, Answer>): Promise<Saved<Answer> | null>;
  /** Forgets how it went, for instance because the visitor types again. */
  reset(): void;
}

/** How the saving of an edit goes. A second press while one is under way does nothing. */
export function useSaving<Thing, Answer>(): Saving<Thing, Answer> {
  const now = useSignal<SavingState<Thing, Answer>>({ kind: 'idle' });
  return {
    now,
    run: async (request) => {
      if (now.peek().kind === 'saving') return null;
      now.value = { kind: 'saving' };
      try {
        const outcome = await save(request);
        now.value = outcome;
        return outcome.kind === 'saved' ? outcome : null;
      } catch (error) {
        now.value = { kind: 'failed', problem: saveProblemOf(error) };
        return null;
      }
    },
    reset: () => {
      if (now.peek().kind !== 'saving') now.value = { kind: 'idle' };
    },
  };
}

/** How an action without a version goes, e.g. a replay. */
export interface Acting {
  readonly now: ReadonlySignal<
    | { readonly kind: 'idle' | 'busy' | 'done' }
    | { readonly kind: 'failed'; readonly problem: SaveProblem }
  >;
  /** @returns whether it is done */
  run(act: () => Promise<void>): Promise<boolean>;
}

export function useActing(): Acting {
  const now = useSignal<Acting['now']['value']>({ kind: 'idle' });
  return {
    now,
    run: async (act) => {
      if (now.peek().kind === 'busy') return false;
      now.value = { kind: 'busy' };
      try {
        await act();
        now.value = { kind: 'done' };
        return true;
      } catch (error) {
        now.value = { kind: 'failed', problem: saveProblemOf(error) };
        return false;
      }
    },
  };
}
