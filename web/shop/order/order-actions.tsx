import { useSignal } from '@preact/signals';
import { answerOf, cancelOrder } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { problemOf } from '../../kit/api/problem.ts';
import type { Problem } from '../../kit/api/problem.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Dialog } from '../../kit/parts/ask/dialog.tsx';
import { ActionFailed } from '../../kit/parts/tell/action-failed.tsx';
import { beginPayment } from './payment.ts';
import { orderWords } from './words.ts';

interface OrderActionProps {
  readonly order: string;
  /** The order may have moved: read it again. */
  readonly onMoved: () => void;
}

/** Leads to the page of the provider, which leads back to this one. */
export function PayButton(props: OrderActionProps & { readonly isAgain: boolean }) {
  const { order, onMoved, isAgain } = props;
  const words = useWords(orderWords);
  const { connection, router } = usePage();
  const way = useSignal<'ready' | 'opening' | 'elsewhere' | Problem>('ready');
  const pay = async () => {
    way.value = 'opening';
    const here = new URL(router.path.peek(), location.href).href;
    try {
      const { state, url } = await beginPayment(connection.change, order, here);
      if (state !== 'open') onMoved();
      else if (url !== undefined) location.assign(url);
      way.value = state === 'open' && url === undefined ? 'elsewhere' : 'ready';
    } catch (error) {
      way.value = problemOf(error);
      onMoved();
    }
  };
  const now = way.value;
  return (
    <>
      {now === 'elsewhere' && <p class="notice">{words.elsewhere}</p>}
      {typeof now === 'object' && <ActionFailed problem={now} />}
      <Button kind="main" isWide isOff={now === 'opening'} onPress={() => void pay()}>
        {now === 'opening' ? words.opening : isAgain ? words.payAgain : words.pay}
      </Button>
    </>
  );
}

/** Gives an unpaid order back, after a yes. */
export function CancelButton({ order, onMoved }: OrderActionProps) {
  const words = useWords(orderWords);
  const { connection } = usePage();
  const isOpen = useSignal(false);
  const way = useSignal<'ready' | 'cancelling' | Problem>('ready');
  const cancel = async () => {
    way.value = 'cancelling';
    try {
      await answerOf(cancelOrder({ client: connection.change, path: { order } }));
      isOpen.value = false;
      way.value = 'ready';
    } catch (error) {
      way.value = problemOf(error);
    }
    onMoved();
  };
  const now = way.value;
  return (
    <>
      <Button isWide onPress={() => (isOpen.value = true)}>
        {words.cancel}
      </Button>
      <Dialog title={words.cancelSure} isOpen={isOpen.value} onClose={() => (isOpen.value = false)}>
        <div class="stack">
          <p>{words.cancelBody}</p>
          {typeof now === 'object' && <ActionFailed problem={now} />}
          <Button isWide isOff={now === 'cancelling'} onPress={() => void cancel()}>
            {now === 'cancelling' ? words.cancelling : words.cancelYes}
          </Button>
          <Button isWide onPress={() => (isOpen.value = false)}>
            {words.cancelNo}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
