import { useSignal } from '@preact/signals';
import { answerOf, getStatus, ProblemError, putSaleFile } from '../../../client/index.ts';
import type { FilePlan, SaleFile } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Field } from '../../kit/parts/ask/field.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { CellsNotice } from '../saving/cells-notice.tsx';
import { SaveFailed } from '../saving/save-failed.tsx';
import { saveProblemOf } from '../saving/save-problem.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { isOfChanges } from '../saving/watch-cells.ts';
import { versionedOf } from '../saving/versioned.ts';
import { PlanView } from './file-plan.tsx';
import { readChosen } from './read-file.ts';
import type { FileFault } from './read-file.ts';
import { fileWords } from './words.ts';

/** How far the upload is. The file stays in memory, and is sent again to apply what was shown. */
type Upload =
  | { readonly kind: 'none' | 'comparing' }
  | { readonly kind: 'unread'; readonly fault: FileFault }
  | { readonly kind: 'failed'; readonly problem: SaveProblem }
  | Compared
  | (Omit<Compared, 'kind'> & { readonly kind: 'applying' | 'moved' })
  | { readonly kind: 'applied'; readonly plan: FilePlan };

interface Compared {
  readonly kind: 'compared';
  readonly file: SaleFile;
  readonly plan: FilePlan;
  /** Of the sale as it was when the file was compared. */
  readonly tag: string;
}

const STALE = 412;
const LINES = 6;

const isStale = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.status === STALE;

/** Compares a file with the sale, then applies exactly what was shown. */
function useUpload() {
  const { connection } = usePage();
  const { sale, refresh } = useDesk();
  const upload = useSignal<Upload>({ kind: 'none' });
  const path = { sale: sale.id };
  const failed = (error: unknown) => {
    upload.value = { kind: 'failed', problem: saveProblemOf(error) };
  };
  const compare = async (file: SaleFile) => {
    upload.value = { kind: 'comparing' };
    const query = { dryRun: 'true' } as const;
    try {
      const call = putSaleFile({ client: connection.change, path, query, body: file });
      const { data: plan, tag } = await versionedOf(call);
      upload.value = { kind: 'compared', file, plan, tag };
    } catch (error) {
      failed(error);
    }
  };
  const choose = async (chosen: File) => {
    upload.value = { kind: 'comparing' };
    const read = await readChosen(chosen, sale.id);
    if (read.kind === 'read') await compare(read.file);
    else upload.value = { kind: 'unread', fault: read };
  };
  const apply = async ({ file, plan, tag }: Omit<Compared, 'kind'>) => {
    upload.value = { kind: 'applying', file, plan, tag };
    const headers = { 'If-Match': tag };
    try {
      const call = putSaleFile({ client: connection.change, path, headers, body: file });
      upload.value = { kind: 'applied', plan: (await versionedOf(call)).data };
      refresh();
    } catch (error) {
      if (isStale(error)) upload.value = { kind: 'moved', file, plan, tag };
      else failed(error);
    }
  };
  /** A file changes many things: it has arrived when the sale waits for no change at all. */
  const check = async ({ pendingCells }: FilePlan) => {
    const { waiting } = await answerOf(getStatus({ client: connection.read, path }));
    return waiting.some((one) => isOfChanges(one.for)) ? pendingCells : [];
  };
  return { upload, compare, choose, apply, check };
}

function faultText(fault: FileFault, words: (typeof fileWords)['en']): string {
  return fault.kind === 'otherSale' ? words.otherSale(fault.id) : words[fault.kind];
}

const deeds = ({ created, changed }: FilePlan): number => created + changed;

interface DifferenceProps {
  readonly shown: Omit<Compared, 'kind'> & { readonly kind: 'compared' | 'applying' | 'moved' };
  readonly onApply: () => void;
  readonly onCompare: () => void;
}

function Difference({ shown, onApply, onCompare }: DifferenceProps) {
  const words = useWords(fileWords);
  const { plan, kind } = shown;
  const isOff = kind === 'applying' || plan.refused > 0 || deeds(plan) === 0;
  return (
    <section class="stack" aria-labelledby="difference">
      <h2 id="difference">{words.difference}</h2>
      <PlanView plan={plan} />
      {plan.refused > 0 && <p class="notice notice-bad">{words.refusedBody}</p>}
      {kind === 'moved' ? (
        <div class="notice notice-warn" role="alert">
          <p>{words.moved}</p>
          <div>
            <Button kind="main" onPress={onCompare}>
              {words.compareAgain}
            </Button>
          </div>
        </div>
      ) : (
        <div>
          <Button kind="main" isOff={isOff} onPress={onApply}>
            {kind === 'applying' ? words.applying : words.apply(deeds(plan))}
          </Button>
        </div>
      )}
    </section>
  );
}

function UploadForm() {
  const words = useWords(fileWords);
  const { upload, compare, choose, apply, check } = useUpload();
  const now = upload.value;
  const error = now.kind === 'unread' ? faultText(now.fault, words) : null;
  return (
    <div class="sections">
      <div class="stack">
        <p>{words.body}</p>
        <Field label={words.choose} hint={words.chooseHint} error={error}>
          {(control) => (
            <input
              {...control}
              type="file"
              accept="application/json,.json"
              onChange={({ currentTarget }) => {
                const [chosen] = currentTarget.files ?? [];
                if (chosen) void choose(chosen);
                // The same file may be chosen again once it is corrected.
                currentTarget.value = '';
              }}
            />
          )}
        </Field>
      </div>
      {now.kind === 'comparing' && (
        <div aria-busy="true">
          <p role="status">{words.reading}</p>
          <Skeleton lines={LINES} />
        </div>
      )}
      {now.kind === 'failed' && <SaveFailed problem={now.problem} />}
      {(now.kind === 'compared' || now.kind === 'applying' || now.kind === 'moved') && (
        <Difference
          shown={now}
          onApply={() => void apply(now)}
          onCompare={() => void compare(now.file)}
        />
      )}
      {now.kind === 'applied' && (
        <div class="stack">
          <p class="preview" role="status">
            {words.applied(deeds(now.plan))}
          </p>
          <CellsNotice answer={now.plan} check={() => check(now.plan)} />
          <PlanView plan={now.plan} />
        </div>
      )}
    </div>
  );
}

/** Brings a sale to what a file says, after its difference was seen. */
export function FileView() {
  const words = useWords(fileWords);
  const { isOperator } = useDesk();
  if (!isOperator) {
    return <EmptyState title={words.onlyOperators} body={words.onlyOperatorsBody} />;
  }
  return <UploadForm />;
}
