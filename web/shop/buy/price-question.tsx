import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Dialog } from '../../kit/parts/ask/dialog.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import type { Buying, Purchase } from './purchase.ts';
import { buyWords } from './words.ts';

interface PriceQuestionProps {
  readonly purchase: Purchase;
  readonly currency: string;
}

type Asking = Extract<Buying, { state: 'asking' }>;

function Question({ asking, purchase, currency }: PriceQuestionProps & { asking: Asking }) {
  const words = useWords(buyWords);
  const formats = useFormats();
  const { wasMinor, nowMinor } = asking;
  return (
    <div class="stack">
      <p>{wasMinor === null ? words.plainBody : words.priceBody}</p>
      {wasMinor !== null && (
        <dl class="prices">
          <div>
            <dt class="muted">{words.priceWas}</dt>
            <dd>
              <Money minor={wasMinor} currency={currency} />
            </dd>
          </div>
          <div>
            <dt class="muted">{words.priceNow}</dt>
            <dd>
              <strong>
                <Money minor={nowMinor} currency={currency} />
              </strong>
            </dd>
          </div>
        </dl>
      )}
      <Button kind="main" isWide onPress={() => purchase.accept()}>
        {words.priceBuy(formats.money(nowMinor, currency))}
      </Button>
      <Button isWide onPress={() => purchase.drop()}>
        {words.priceNo}
      </Button>
    </div>
  );
}

/** Buys only after a yes: to a new total beside the old one, or to one without coupons. */
export function PriceQuestion({ purchase, currency }: PriceQuestionProps) {
  const words = useWords(buyWords);
  const buying = purchase.now.value;
  const isAsking = buying.state === 'asking';
  const isPlain = isAsking && buying.wasMinor === null;
  const close = () => {
    if (purchase.now.peek().state === 'asking') purchase.drop();
  };
  return (
    <Dialog
      title={isPlain ? words.plainAsked : words.priceChanged}
      isOpen={isAsking}
      onClose={close}
    >
      {isAsking && <Question asking={buying} purchase={purchase} currency={currency} />}
    </Dialog>
  );
}
