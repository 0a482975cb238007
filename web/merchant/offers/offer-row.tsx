import type { OfferFigures } from '../../../client/index.ts';
import type { ComponentChildren } from 'preact';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Badge, StockWord } from '../../kit/parts/show/badge.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { StackedBar } from '../../kit/parts/show/stacked-bar.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { changesPath } from '../desk/paths.ts';
import type { OfferOfSale } from '../desk/whole-sale.ts';
import { CapForm } from './cap-form.tsx';
import { barParts, warnLine } from './cap-preview.ts';
import { TermsForm } from './terms-form.tsx';
import { usePause } from './use-pause.tsx';
import { offersWords } from './words.ts';

/** What is open below a row. */
export type Opened = 'cap' | 'terms' | null;

interface OfferRowProps {
  readonly offer: OfferOfSale;
  readonly figures: OfferFigures;
  readonly opened: Opened;
  readonly onOpen: (opened: Opened) => void;
  readonly onSaved: () => void;
}

/** Sold, reserved and left against the cap, as a bar and in words. */
function Stock({ offer, figures }: Pick<OfferRowProps, 'offer' | 'figures'>) {
  const words = useWords(offersWords);
  const formats = useFormats();
  const { cap, sold, committed, available } = figures;
  const parts = barParts(figures);
  const line = warnLine(offer.warnAt ?? null, cap);
  const counts = [sold, committed - sold, available, cap].map(formats.count);
  const [soldText = '', reservedText = '', leftText = '', capText = ''] = counts;
  const spoken = words.bar(soldText, reservedText, leftText, capText);
  const debt = parts.debt > 0 ? words.barDebt(formats.count(parts.debt)) : '';
  const shown = [
    [words.sold, soldText],
    [words.reserved, reservedText],
    [words.left, leftText],
    ...(parts.debt > 0 ? [[words.debt, formats.count(parts.debt)]] : []),
    [words.cap, capText],
  ];
  return (
    <>
      <StackedBar
        label={[spoken, debt].filter(Boolean).join(', ')}
        {...parts}
        {...(line > 0 ? { warnAt: line } : {})}
      />
      <ul class="counts small">
        {shown.map(([name, count]) => (
          <li key={name}>
            {name} <strong>{count}</strong>
          </li>
        ))}
        {line > 0 && <li class="muted">{words.warnsAt(line)}</li>}
      </ul>
    </>
  );
}

function Terms({ offer }: Pick<OfferRowProps, 'offer'>) {
  const words = useWords(offersWords);
  const { sale } = useDesk();
  const { price, listPrice, limitPerShopper, opensAt, closesAt } = offer;
  return (
    <p class="row small">
      <strong>
        <Money minor={price} currency={sale.currency} />
      </strong>
      {listPrice > price && (
        <Money minor={listPrice} currency={sale.currency} before={words.form.listPrice} />
      )}
      {limitPerShopper !== null && <span>{words.limit(limitPerShopper)}</span>}
      {opensAt !== null && (
        <span>
          {words.opens} <Time ms={msOf(opensAt)} />
        </span>
      )}
      {closesAt !== null && (
        <span>
          {words.closes} <Time ms={msOf(closesAt)} />
        </span>
      )}
    </p>
  );
}

function Actions({ offer, opened, onOpen, children }: ActionsProps) {
  const words = useWords(offersWords);
  const { sale } = useDesk();
  const { id, title } = offer;
  const toggle = (one: Opened) => onOpen(opened === one ? null : one);
  return (
    <div class="row">
      <Button label={words.changeCapOf(title)} onPress={() => toggle('cap')}>
        {words.changeCap}
      </Button>
      <Button label={words.editOf(title)} onPress={() => toggle('terms')}>
        {words.edit}
      </Button>
      {children}
      <a class="small" href={changesPath(sale.id, `offer:${id}`)}>
        {words.history}
      </a>
    </div>
  );
}

interface ActionsProps extends Pick<OfferRowProps, 'offer' | 'opened' | 'onOpen'> {
  readonly children: ComponentChildren;
}

/** One offer with its stock, its terms, and what may be done with it. */
export function OfferRow({ offer, figures, opened, onOpen, onSaved }: OfferRowProps) {
  const words = useWords(offersWords);
  const { button, notice } = usePause(offer);
  const onClose = () => onOpen(null);
  return (
    <article class="offer-row" aria-labelledby={`offer-${offer.id}`}>
      <div class="row">
        <h3 id={`offer-${offer.id}`}>{offer.title}</h3>
        <StockWord stock={offer.stock} />
        {offer.paused && <Badge tone="warn">{words.paused}</Badge>}
      </div>
      <Terms offer={offer} />
      <Stock offer={offer} figures={figures} />
      <Actions offer={offer} opened={opened} onOpen={onOpen}>
        {button}
      </Actions>
      {notice}
      {opened === 'cap' && (
        <CapForm offer={offer.id} figures={figures} onClose={onClose} onSaved={onSaved} />
      )}
      {opened === 'terms' && <TermsForm offer={offer.id} onClose={onClose} />}
    </article>
  );
}
