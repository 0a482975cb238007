import { effect, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { answerOf, glanceAtSales, listProcesses } from '../../../client/index.ts';
import type { Processes } from '../../../client/index.ts';
import type { Load } from '../../kit/api/load.ts';
import { useLoad, usePage } from '../../kit/page/hooks.ts';
import { DeskContext } from './desk.ts';
import { withMoment } from './history.ts';
import type { History } from './history.ts';
import { useAlarms } from './alarms.ts';

/** Processes tell their figures as often. */
const EVERY_MS = 2_000;
const MAX_SALES = '100';

/** Keeps five minutes of figures, for as long as the page is open. */
function useHistory(processes: Load<Processes>) {
  const { clock } = usePage();
  const history = useSignal<History>([]);
  useEffect(
    () =>
      effect(() => {
        const now = processes.now.value;
        if (now.state !== 'ready') return;
        const moment = { atMs: clock.now(), figures: now.data.together };
        history.value = withMoment(history.peek(), moment);
      }),
    [processes],
  );
  return history;
}

/** Reads for all views below it, so that the history goes on while an operator reads a story. */
export function DeskReads({ children }: { readonly children: ComponentChildren }) {
  const processes = useLoad(
    ({ connection: { read } }, signal) => answerOf(listProcesses({ client: read, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  const sales = useLoad(
    ({ connection: { read } }, signal) =>
      answerOf(glanceAtSales({ client: read, query: { limit: MAX_SALES }, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  const history = useHistory(processes);
  useAlarms(sales);
  const desk = useMemo(() => ({ processes, sales, history }), [processes, sales]);
  return <DeskContext.Provider value={desk}>{children}</DeskContext.Provider>;
}
