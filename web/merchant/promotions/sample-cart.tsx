import { useSignal } from '@preact/signals';
import { answerOf, previewPromotion } from '../../../client/index.ts';
import type { PromotionBody, PromotionPreview } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { isAborted } from '../../kit/api/problem.ts';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { offersOf } from '../desk/whole-sale.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { saveProblemOf } from '../saving/save-problem.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { countOf } from '../typed/amounts.ts';
import { useLater } from '../typed/later.ts';
import { SampleReceipt } from './sample-receipt.tsx';
import { promotionsWords } from './words.ts';

interface SampleCartProps {
  readonly promotion: string;
  /** Null while the promotion is not complete. */
  readonly body: PromotionBody | null;
  /** What the service does not accept of the promotion; null: it accepts all. */
  readonly onProblem: (problem: SaveProblem | null) => void;
}

/** The first offers of the store make a sample cart. */
const ROWS_MOST = 8;
const QUANTITY_MOST = 999;

type Preview =
  | { readonly kind: 'none' | 'asking' }
  | { readonly kind: 'shown'; readonly preview: PromotionPreview }
  | { readonly kind: 'failed'; readonly problem: SaveProblem };

/** Faults of the promotion itself begin here; the form points at them without it. */
const PROMOTION_POINTER = '/promotion';

function ofPromotion(problem: SaveProblem): SaveProblem {
  const faults = problem.faults.flatMap(({ pointer, detail }) =>
    pointer.startsWith(`${PROMOTION_POINTER}/`)
      ? [{ pointer: pointer.slice(PROMOTION_POINTER.length), detail }]
      : [],
  );
  return { ...problem, faults };
}

interface CartLine {
  readonly offer: string;
  readonly quantity: number;
}

/** Asks for the prices of the cart whenever the cart or the promotion has changed. */
function usePreview({ promotion, body, onProblem }: SampleCartProps, lines: readonly CartLine[]) {
  const { connection } = usePage();
  const { sale } = useDesk();
  const shown = useSignal<Preview>({ kind: 'none' });
  const asked = body && lines.length > 0 ? JSON.stringify([promotion, body, lines]) : null;
  useLater(asked, (signal) => {
    if (!body) return;
    if (shown.peek().kind !== 'shown') shown.value = { kind: 'asking' };
    const coupons = body.coupon ? { coupons: [promotion] } : {};
    const call = previewPromotion({
      client: connection.read,
      path: { sale: sale.id, promotion },
      body: { promotion: body, lines: [...lines], ...coupons },
      signal,
    });
    answerOf(call).then(
      (preview) => {
        if (signal.aborted) return;
        shown.value = { kind: 'shown', preview };
        onProblem(null);
      },
      (error: unknown) => {
        if (signal.aborted || isAborted(error)) return;
        const problem = saveProblemOf(error);
        shown.value = { kind: 'failed', problem };
        onProblem(ofPromotion(problem));
      },
    );
  });
  return { shown: shown.value, isComplete: asked !== null };
}

interface QuantitiesProps {
  readonly quantities: Readonly<Record<string, string>>;
  readonly onType: (offer: string, text: string) => void;
}

function Quantities({ quantities, onType }: QuantitiesProps) {
  const { sample } = useWords(promotionsWords);
  const { sale, shownStore } = useDesk();
  return (
    <ul class="quantities">
      {offersOf(sale, shownStore)
        .slice(0, ROWS_MOST)
        .map(({ id, title }) => (
          <li key={id}>
            <span aria-hidden="true">{title}</span>
            <input
              class="quantity"
              aria-label={sample.quantity(title)}
              inputMode="numeric"
              value={quantities[id] ?? ''}
              placeholder="0"
              onInput={({ currentTarget }) => onType(id, currentTarget.value)}
            />
          </li>
        ))}
    </ul>
  );
}

/** One unit of each of the first two offers. */
function firstCart(offers: readonly { readonly id: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(offers.slice(0, 2).map(({ id }) => [id, '1']));
}

function linesOf(quantities: Readonly<Record<string, string>>): readonly CartLine[] {
  return Object.entries(quantities).flatMap(([offer, text]) => {
    const quantity = Math.min(countOf(text) ?? 0, QUANTITY_MOST);
    return quantity === 0 ? [] : [{ offer, quantity }];
  });
}

/** A cart beside the form, priced anew while the visitor types in either. */
export function SampleCart(props: SampleCartProps) {
  const { sample } = useWords(promotionsWords);
  const { sale, shownStore } = useDesk();
  const quantities = useSignal(firstCart(offersOf(sale, shownStore)));
  const lines = linesOf(quantities.value);
  const { shown, isComplete } = usePreview(props, lines);
  const hint = lines.length === 0 ? sample.empty : sample.incomplete;
  return (
    <section class="stack sample" aria-labelledby="sample">
      <h2 id="sample">{sample.title}</h2>
      <p class="muted small">{sample.body}</p>
      <Quantities
        quantities={quantities.value}
        onType={(offer, text) => (quantities.value = { ...quantities.peek(), [offer]: text })}
      />
      {!isComplete && <p class="preview">{hint}</p>}
      {isComplete && shown.kind === 'asking' && <Skeleton lines={4} />}
      {isComplete && shown.kind === 'shown' && <SampleReceipt preview={shown.preview} />}
      {isComplete && shown.kind === 'failed' && <SaveFailed problem={shown.problem} isRead />}
    </section>
  );
}
