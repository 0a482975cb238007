import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { answerOf, getStatus } from '../../../client/index.ts';
import { useFormats, useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk-context.ts';
import { isOfChanges, pendingOf, watchCells } from './watch-cells.ts';
import type { PendingCells } from './watch-cells.ts';
import { savingWords } from './words.ts';

interface CellsNoticeProps {
  /** Of the save, with the cells that had not applied it by then. */
  readonly answer: object;
  /** Asks which cells still lack it. */
  readonly check: () => Promise<PendingCells>;
}

const EVERY_MS = 2_000;

/** What the sale waits for; only operators may ask. */
function Waiting({ sale }: { readonly sale: string }) {
  const { cells: words } = useWords(savingWords);
  const load = useLoad(
    ({ connection: { read } }, signal) =>
      answerOf(getStatus({ client: read, path: { sale }, signal })),
    [sale],
    { everyMs: EVERY_MS },
  );
  const now = load.now.value;
  if (!('data' in now)) return null;
  const waits = now.data.waiting.map((one) => one.for).filter(isOfChanges);
  return waits.length > 0 ? (
    <p class="small">{words.waits(waits.map((one) => words.waitsFor[one]).join(words.and))}</p>
  ) : null;
}

/** How many cells have a change that is saved, until all do: the others sell by the old terms. */
export function CellsNotice({ answer, check }: CellsNoticeProps) {
  const { cells } = useWords(savingWords);
  const formats = useFormats();
  const { time, network } = usePage();
  const { sale, isOperator } = useDesk();
  const news = useSignal<PendingCells>(pendingOf(answer));
  useEffect(() => {
    const first = pendingOf(answer);
    news.value = first;
    if (first.length === 0) return undefined;
    return watchCells({ time, network, check, onNews: (pending) => (news.value = pending) });
  }, [answer]);
  const pending = news.value;
  if (pending === null || pendingOf(answer).length === 0) return null;
  if (pending.length === 0) {
    return (
      <p class="preview" role="status">
        {cells.all}
      </p>
    );
  }
  const done = formats.count(sale.cells - pending.length);
  return (
    <div class="notice notice-warn" role="status">
      <p>
        {cells.some(done, formats.count(sale.cells))} {cells.rest(pending.length)}
      </p>
      {isOperator && <Waiting sale={sale.id} />}
    </div>
  );
}
