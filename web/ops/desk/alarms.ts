import { effect, untracked } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SaleGlancePage } from '../../../client/index.ts';
import type { Load } from '../../kit/api/load.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { opsWords } from '../words.ts';
import { isAway, promisesOf } from './verdicts.ts';

/** What was last said of the sales; null: nothing yet. */
interface Said {
  readonly broken: number;
  /** The names of sales with a cell away. */
  readonly away: string;
}

const awayIn = ({ items }: SaleGlancePage): string =>
  items
    .filter(({ cells }) => cells.some(isAway))
    .map(({ name }) => name)
    .join(', ');

/** Says in any view that a promise broke, that all are kept again, or that cells went away. */
export function useAlarms(sales: Load<SaleGlancePage>): void {
  const { announcer, clock } = usePage();
  const words = useWords(opsWords);
  const said = useRef<Said | null>(null);
  // Each drawing may bring another language.
  const latest = useRef(words);
  latest.current = words;
  useEffect(
    () =>
      effect(() => {
        const now = sales.now.value;
        if (now.state !== 'ready') return;
        untracked(() => {
          const { promises, cells } = latest.current;
          const { broken } = promisesOf(now.data, clock.now());
          const away = awayIn(now.data);
          const before = said.current ?? { broken: 0, away: '' };
          // What was so before this page was opened stands on it; it is only read aloud.
          const tell = (text: string) =>
            said.current ? announcer.tell(text) : announcer.say(text);
          if (broken > before.broken) tell(promises.nowBroken(broken));
          if (broken === 0 && before.broken > 0) tell(promises.nowKept);
          if (away !== before.away && away !== '') tell(cells.nowAway(away));
          said.current = { broken, away };
        });
      }),
    [sales],
  );
}
