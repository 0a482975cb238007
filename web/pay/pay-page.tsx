import { useSignal } from '@preact/signals';
import { useLoad, usePage, useWords } from '../kit/page/hooks.ts';
import { PageFrame } from '../kit/parts/frame/page-frame.tsx';
import { Banner } from '../kit/parts/tell/banners.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../kit/parts/tell/skeleton.tsx';
import { matchPath } from '../kit/routing/match.ts';
import { BackLink, PayStepView } from './pay-view.tsx';
import { act, readPayment } from './payment.ts';
import type { Outcome, Payment } from './payment.ts';
import { Receipt } from './receipt.tsx';
import { payWords } from './words.ts';

/** A bank that takes its time answers by itself. */
const EVERY_MS = 2_000;

interface PaymentViewProps {
  readonly id: string;
  readonly payment: Payment;
  readonly onRead: (payment: Payment | null) => void;
}

/** Goes back to the shop as soon as the shopper has done what there is to do. */
function PaymentView({ id, payment, onRead }: PaymentViewProps) {
  const words = useWords(payWords);
  const page = usePage();
  const under = useSignal<Outcome | null>(null);
  const now = `${payment.state} ${payment.step}`;
  /** Where the payment stood when no answer came: once it moves, the answer is known. */
  const unsureAt = useSignal<string | null>(null);
  const onAct = async (outcome: Outcome) => {
    under.value = outcome;
    unsureAt.value = null;
    try {
      const next = await act(page, id, outcome);
      const isDone = next !== null && next.step !== 'challenge' && next.returnUrl !== null;
      if (isDone) return location.assign(next.returnUrl);
      onRead(next);
    } catch {
      unsureAt.value = now;
    }
    under.value = null;
  };
  return (
    <div class="payment stack">
      <Receipt payment={payment} />
      {unsureAt.value === now && (
        <p class="field-error" role="alert">
          {words.failed}
        </p>
      )}
      <PayStepView
        key={now}
        payment={payment}
        under={under.value}
        onAct={(outcome) => void onAct(outcome)}
      />
      <BackLink returnUrl={payment.returnUrl} />
    </div>
  );
}

function PaySkeleton() {
  return (
    <div class="payment stack">
      <Skeleton lines={4} />
      <Skeleton like="button button-wide" />
    </div>
  );
}

function PaymentLoader({ id }: { readonly id: string }) {
  const words = useWords(payWords);
  const load = useLoad((page, signal) => readPayment(page, id, signal), [id], {
    everyMs: EVERY_MS,
  });
  return (
    <LoadedView load={load} skeleton={<PaySkeleton />}>
      {(payment) =>
        payment === null ? (
          <EmptyState title={words.unknown} body={words.unknownBody} />
        ) : (
          <PaymentView id={id} payment={payment} onRead={(next) => load.change(() => next)} />
        )
      }
    </LoadedView>
  );
}

/** The sandbox's page, at which a shopper pays play money. */
export function PayPage() {
  const words = useWords(payWords);
  const { path } = usePage().router;
  const id = matchPath('/pay/:id', path.value)?.['id'];
  return (
    <PageFrame title={words.title} below={<Banner>{words.noMoney}</Banner>}>
      {id === undefined ? (
        <EmptyState title={words.unknown} body={words.unknownBody} />
      ) : (
        <PaymentLoader key={id} id={id} />
      )}
    </PageFrame>
  );
}
