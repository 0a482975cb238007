import { effect, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { answerOf, glanceAtSales, listProcesses } from '../../../client/index.ts';
import type { Processes, SaleGlancePage } from '../../../client/index.ts';
import type { Load } from '../../kit/api/load.ts';
import { readParts } from '../../kit/api/read-parts.ts';
import { useLoad, usePage } from '../../kit/page/hooks.ts';
import { withBudgets } from './burn.ts';
import type { Burn } from './burn.ts';
import { DeskContext } from './desk.ts';
import { withMoment } from './history.ts';
import type { History } from './history.ts';
import { useAlarms } from './alarms.ts';

/** Processes tell their figures as often. */
const EVERY_MS = 2_000;
const PART = '100';
/** Sales stay on the desk for a day after they have closed. The service looks once a second. */
const MAX_PARTS = 10;

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

/** Keeps five minutes of what budgets had left. */
function useBurn(sales: Load<SaleGlancePage>) {
  const { clock } = usePage();
  const burn = useSignal<Burn>(new Map());
  useEffect(
    () =>
      effect(() => {
        const now = sales.now.value;
        if (now.state !== 'ready') return;
        burn.value = withBudgets(burn.peek(), now.data.items, clock.now());
      }),
    [sales],
  );
  return burn;
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
      readParts(
        (cursor) =>
          answerOf(glanceAtSales({ client: read, query: { limit: PART, ...cursor }, signal })),
        MAX_PARTS,
      ),
    [],
    { everyMs: EVERY_MS },
  );
  const history = useHistory(processes);
  const burn = useBurn(sales);
  useAlarms(sales);
  const desk = useMemo(() => ({ processes, sales, history, burn }), [processes, sales]);
  return <DeskContext.Provider value={desk}>{children}</DeskContext.Provider>;
}
