import { useSignal } from '@preact/signals';
import { answerOf, getPromotion, listBudgets, putPromotion } from '../../../client/index.ts';
import type {
  Promotion,
  PromotionBody,
  PutPromotionResponses,
  SpentBudget,
} from '../../../client/index.ts';
import { useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import type { Page } from '../../kit/page/page.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { PATTERNS, viewPath } from '../desk/paths.ts';
import { readPages } from '../desk/read-pages.ts';
import { useParam } from '../desk/use-param.ts';
import { CellsNotice } from '../saving/cells-notice.tsx';
import { ClashNotice } from '../saving/clash-notice.tsx';
import { findChange } from '../saving/find-change.ts';
import { askPending } from '../saving/save.ts';
import type { Saved, SaveRequest } from '../saving/save.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import type { SaveProblem } from '../saving/save-problem.ts';
import { isSame, useEdit } from '../saving/use-edit.ts';
import { useSaving } from '../saving/use-saving.ts';
import { useVersion } from '../saving/use-version.ts';
import type { Versioned } from '../saving/versioned.ts';
import { savingWords } from '../saving/words.ts';
import {
  emptyPromotion,
  isAsPut,
  readPromotion,
  readTyped,
  typedPromotion,
  unshownOf,
} from './typed-promotion.ts';
import type { TypedPromotion } from './typed-promotion.ts';
import { PromotionFields } from './promotion-fields.tsx';
import { SampleCart } from './sample-cart.tsx';
import { useCompared } from './use-compared.ts';
import { useSentence } from './use-sentence.ts';
import { promotionsWords } from './words.ts';

type Put = PutPromotionResponses[keyof PutPromotionResponses];

const LINES = 12;

interface NamedPromotion {
  readonly sale: string;
  readonly promotion: string;
}

function promotionChange(
  { connection, clock }: Pick<Page, 'connection' | 'clock'>,
  path: NamedPromotion,
  tag: string,
  body: PromotionBody,
): SaveRequest<Promotion, Put> {
  const subject = `promotion:${path.promotion}`;
  return {
    known: tag === '' ? null : { tag },
    send: (headers) => putPromotion({ client: connection.change, path, headers, body }),
    read: () => getPromotion({ client: connection.read, path }),
    isDone: (there) => isAsPut(there, body),
    findChange: () => findChange(connection.read, path.sale, subject, clock.now()),
  };
}

interface EditorProps {
  /** Null: a new one. */
  readonly known: Versioned<Promotion> | null;
  readonly typed: TypedPromotion;
  readonly budgets: readonly SpentBudget[];
}

/** The edit of a promotion and its way into the service. */
function usePromotion({ known, typed: first }: EditorProps) {
  const page = usePage();
  const { sale, refresh } = useDesk();
  const saving = useSaving<Promotion, Put>();
  const name = `promotion.${sale.id}.${first.id}`;
  const editing = useEdit({ name, tag: known?.tag ?? '', typed: first, read: readTyped });
  const { tag, base, typed } = editing.now.value;
  const { body, faults } = readPromotion(typed, sale.currency);
  /** @param mine what is typed, with what the form does not show as it is in that version */
  const save = async (over: string, mine: TypedPromotion = typed) => {
    const put = readPromotion(mine, sale.currency).body;
    if (!put) return;
    const path = { sale: sale.id, promotion: mine.id };
    const saved = await saving.run(promotionChange(page, path, over, put));
    if (!saved) return;
    editing.restart(saved.tag, typedPromotion(saved.answer, sale.currency) ?? mine);
    refresh();
  };
  const check = async ({ tag: made, answer }: Saved<Put>) => {
    const saved = typedPromotion(answer, sale.currency);
    const put = saved && readPromotion(saved, sale.currency).body;
    const path = { sale: sale.id, promotion: answer.id };
    return put && askPending(promotionChange(page, path, made, put));
  };
  const type = (change: Partial<TypedPromotion>) => {
    saving.reset();
    editing.type(change);
  };
  const isTouched = !isSame(base, typed);
  return { saving, editing, tag, typed, body, faults, isTouched, save, check, type };
}

function Editor(props: EditorProps) {
  const { form: words } = useWords(promotionsWords);
  const shared = useWords(savingWords);
  const { sale } = useDesk();
  const sentence = useSentence();
  const { saving, editing, tag, typed, body, faults, isTouched, save, check, type } =
    usePromotion(props);
  const compared = useCompared(typed, body);
  const previewed = useSignal<SaveProblem | null>(null);
  const state = saving.now.value;
  const problem = state.kind === 'failed' ? state.problem : previewed.value;
  const isOff = state.kind === 'saving' || body === null || !isTouched;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!isOff) void save(tag);
  };
  return (
    <div class="beside">
      <form class="stack" onSubmit={onSubmit} noValidate>
        <h2>{typed.id === '' ? words.new : typed.id}</h2>
        {body && <p class="preview">{sentence(body)}</p>}
        <PromotionFields
          typed={typed}
          faults={faults}
          problem={problem}
          budgets={props.budgets}
          isOld={tag !== ''}
          onType={type}
        />
        {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
        {state.kind === 'clash' && (
          <ClashNotice
            clash={state}
            compared={compared}
            onKeepMine={() => {
              const { theirs } = state;
              if (theirs) void save(theirs.tag, { ...typed, unshown: unshownOf(theirs.data) });
            }}
            onTakeTheirs={() => {
              const { theirs } = state;
              const taken = theirs && typedPromotion(theirs.data, sale.currency);
              if (theirs && taken) editing.restart(theirs.tag, taken);
              saving.reset();
            }}
          />
        )}
        {state.kind === 'saved' && (
          <>
            <p class="preview" role="status">
              {words.saved}
            </p>
            <CellsNotice answer={state.answer} check={() => check(state)} />
          </>
        )}
        <div class="row">
          <Button kind="main" submits isOff={isOff}>
            {state.kind === 'saving' ? shared.saving : isTouched ? words.save : words.nothing}
          </Button>
          <a class="button" href={viewPath(sale.id, 'promotions')} onClick={editing.discard}>
            {shared.cancel}
          </a>
        </div>
      </form>
      <SampleCart
        promotion={typed.id}
        body={body}
        onProblem={(found) => (previewed.value = found)}
      />
    </div>
  );
}

/** The budgets that a promotion may draw from; without them the form works as well. */
function useBudgets(): readonly SpentBudget[] {
  const { sale } = useDesk();
  const load = useLoad(
    ({ connection: { read } }, signal) => {
      const path = { sale: sale.id };
      return readPages((query) => answerOf(listBudgets({ client: read, path, query, signal })));
    },
    [sale.id],
  );
  const now = load.now.value;
  return 'data' in now ? now.data : [];
}

export function NewPromotionView() {
  const { sale, isOperator } = useDesk();
  const budgets = useBudgets();
  const typed = emptyPromotion(sale.layers[0]?.name ?? '', isOperator);
  return <Editor known={null} typed={typed} budgets={budgets} />;
}

/** Changes a promotion that exists. */
export function PromotionView() {
  const { form: words } = useWords(promotionsWords);
  const { sale } = useDesk();
  const promotion = useParam(PATTERNS.promotion, 'promotion');
  const budgets = useBudgets();
  const path = { sale: sale.id, promotion };
  const { load, first } = useVersion(
    ({ connection: { read } }, signal) => getPromotion({ client: read, path, signal }),
    [sale.id, promotion],
  );
  if (!first) {
    return (
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {() => <Skeleton lines={LINES} />}
      </LoadedView>
    );
  }
  const typed = typedPromotion(first.data, sale.currency);
  if (!typed) return <EmptyState title={promotion} body={words.cannotShow} />;
  return <Editor known={first} typed={typed} budgets={budgets} />;
}
