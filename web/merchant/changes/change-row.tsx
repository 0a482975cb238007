import type { Change } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { Time } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { titleOf } from '../desk/whole-sale.ts';
import { nameOf } from '../saving/find-change.ts';
import { savingWords } from '../saving/words.ts';
import { BeforeAfter } from './before-after.tsx';
import { changedFields } from './changed-fields.ts';
import { changesWords } from './words.ts';

/** A thing of a sale in words, e.g. the title of an offer. @param subject e.g. `offer:mug` */
export function useSubjectText() {
  const words = useWords(changesWords);
  const { sale } = useDesk();
  return (subject: string): string => {
    if (subject === 'sale') return words.ofSale;
    const [kind, id = ''] = splitOnce(subject);
    if (kind === 'offer') return words.ofOffer(titleOf(sale, id));
    return kind === 'promotion' ? words.ofPromotion(id) : words.other(subject);
  };
}

function splitOnce(subject: string): readonly string[] {
  const at = subject.indexOf(':');
  return at < 0 ? [subject] : [subject.slice(0, at), subject.slice(at + 1)];
}

/** Beyond these, what was set is told by its thing alone. */
const FIELDS_MOST = 12;

function Fields({ change }: { readonly change: Change }) {
  const words = useWords(changesWords);
  const fields = changedFields(change);
  if (fields.length === 0) return <p class="muted small">{words.nothingToSay}</p>;
  return <BeforeAfter fields={fields.slice(0, FIELDS_MOST)} isNew={change.before === null} />;
}

/** One change: who, when, what, and the fields before and after. */
export function ChangeRow({ change }: { readonly change: Change }) {
  const words = useWords(changesWords);
  const { who } = useWords(savingWords);
  const subjectText = useSubjectText();
  const { at, what, subject, store, reason, route, requestId, number } = change;
  const deeds: Readonly<Record<string, string>> = words.deeds;
  return (
    <article class="offer-row" aria-labelledby={`change-${number}`}>
      <div class="row">
        <h3 id={`change-${number}`}>{subjectText(subject)}</h3>
        <span>{deeds[what] ?? what}</span>
      </div>
      <p class="row small">
        <Time ms={msOf(at)} />
        <strong>{words.by(nameOf(change, who))}</strong>
        {store !== null && <span class="muted">{words.ofStore(store)}</span>}
      </p>
      <Fields change={change} />
      {reason !== null && <p class="small">{words.because(reason)}</p>}
      <p class="muted small">{words.request(route, requestId)}</p>
    </article>
  );
}
