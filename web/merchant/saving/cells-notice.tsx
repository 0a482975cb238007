import { answerOf, getStatus } from '../../../client/index.ts';
import { useFormats, useLoad, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { savingWords } from './words.ts';

interface CellsNoticeProps {
  /** The cells that have not applied the change yet. */
  readonly pendingCells: readonly number[];
  /** Sends the same change again: it changes nothing, and says how far it is. Undefined: cannot. */
  readonly onCheck?: () => void;
}

const EVERY_MS = 2_000;
/** What a change waits for, among all that a sale may wait for. */
const OF_CHANGES: readonly string[] = ['cells_away', 'instructions', 'withdrawals'];

/** What the sale waits for; only operators may ask. */
function Waiting({ sale }: { readonly sale: string }) {
  const words = useWords(savingWords);
  const load = useLoad(
    ({ connection: { read } }, signal) =>
      answerOf(getStatus({ client: read, path: { sale }, signal })),
    [sale],
    { everyMs: EVERY_MS },
  );
  const now = load.now.value;
  if (!('data' in now)) return null;
  const waits = now.data.waiting.filter((one) => OF_CHANGES.includes(one.for));
  const details = waits.map((one) => one.detail ?? one.for);
  return details.length > 0 ? (
    <p class="small">{words.cells.waits(details.join('; '))}</p>
  ) : (
    <p class="small">{words.cells.all}</p>
  );
}

/** How many cells have a change that is saved: the others still sell by the old terms. */
export function CellsNotice({ pendingCells, onCheck }: CellsNoticeProps) {
  const { cells } = useWords(savingWords);
  const formats = useFormats();
  const { sale, isOperator } = useDesk();
  if (pendingCells.length === 0) return null;
  const done = formats.count(sale.cells - pendingCells.length);
  return (
    <div class="notice notice-warn" role="status">
      <p>
        {cells.some(done, formats.count(sale.cells))} {cells.rest(pendingCells.length)}
      </p>
      {isOperator && <Waiting sale={sale.id} />}
      {onCheck && (
        <div>
          <Button onPress={onCheck}>{cells.checkAgain}</Button>
        </div>
      )}
    </div>
  );
}
