import type { OfferTerms } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { CellsNotice } from '../saving/cells-notice.tsx';
import { ClashNotice } from '../saving/clash-notice.tsx';
import type { Compared } from '../saving/clash-notice.tsx';
import { askPending } from '../saving/save.ts';
import type { Saved } from '../saving/save.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { textsLike, useEdit } from '../saving/use-edit.ts';
import { useSaving } from '../saving/use-saving.ts';
import { useVersion } from '../saving/use-version.ts';
import type { Versioned } from '../saving/versioned.ts';
import { savingWords } from '../saving/words.ts';
import { EMPTY_OFFER, typedOf, isEmpty, readPatch } from './typed-offer.ts';
import type { TypedOffer } from './typed-offer.ts';
import { OFFER_POINTERS, OfferFields, termName, termText, useTermWords } from './offer-fields.tsx';
import { offerChange, readOffer } from './save-offer.ts';
import type { OfferName, PatchedOffer } from './save-offer.ts';
import { offersWords } from './words.ts';

interface TermsFormProps {
  readonly offer: string;
  readonly onClose: () => void;
}

const LINES = 12;
const readTexts = textsLike(EMPTY_OFFER);

/** The edit of some terms and its way into the service. */
function useTerms(name: OfferName, known: Versioned<OfferTerms>) {
  const page = usePage();
  const { sale, refresh } = useDesk();
  const saving = useSaving<OfferTerms, PatchedOffer>();
  const editing = useEdit<TypedOffer>({
    name: `offer.${name.sale}.${name.offer}`,
    tag: known.tag,
    typed: typedOf(known.data, sale.currency),
    read: readTexts,
  });
  const { tag, base, typed } = editing.now.value;
  const { patch, faults } = readPatch(base, typed, sale.currency);
  const save = async (over: string) => {
    const saved = await saving.run(offerChange(page, name, { tag: over, patch }));
    if (!saved) return;
    editing.restart(saved.tag, typedOf(saved.answer.offer, sale.currency));
    refresh();
  };
  const check = ({ tag: made, answer }: Saved<PatchedOffer>) =>
    askPending(offerChange(page, name, { tag: made, patch: { title: answer.offer.title } }));
  const type = (change: Partial<TypedOffer>) => {
    saving.reset();
    editing.type(change);
  };
  return { saving, editing, tag, typed, patch, faults, save, check, type };
}

function useCompared(patch: Readonly<Record<string, unknown>>) {
  const { sale } = useDesk();
  const given = useTermWords(sale.currency, usePage().clock.now());
  return (theirs: OfferTerms): readonly Compared[] => {
    const there: Readonly<Record<string, unknown>> = { ...theirs };
    return Object.entries(patch).map(([field, mine]) => ({
      field: termName(field, given.words),
      theirs: termText(field, there[field], given),
      mine: termText(field, mine, given),
    }));
  };
}

interface LoadedFormProps extends TermsFormProps {
  readonly name: OfferName;
  readonly known: Versioned<OfferTerms>;
}

function LoadedForm({ name, known, onClose }: LoadedFormProps) {
  const words = useWords(offersWords).form;
  const shared = useWords(savingWords);
  const { sale } = useDesk();
  const { saving, editing, tag, typed, patch, faults, save, check, type } = useTerms(name, known);
  const compared = useCompared({ ...patch });
  const state = saving.now.value;
  const isUntouched = isEmpty(patch) && isEmpty(faults);
  const isOff = state.kind === 'saving' || isUntouched || !isEmpty(faults);
  const onCancel = () => {
    editing.discard();
    onClose();
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!isOff) void save(tag);
  };
  return (
    <form class="stack editor" onSubmit={onSubmit} noValidate>
      <OfferFields
        typed={typed}
        faults={faults}
        problem={state.kind === 'failed' ? state.problem : null}
        onType={type}
      />
      {state.kind === 'failed' && <SaveFailed problem={state.problem} shown={OFFER_POINTERS} />}
      {state.kind === 'clash' && (
        <ClashNotice
          clash={state}
          compared={compared}
          onKeepMine={() => void save(state.theirs?.tag ?? '')}
          onTakeTheirs={() => {
            const { theirs } = state;
            if (theirs) editing.restart(theirs.tag, typedOf(theirs.data, sale.currency));
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
          {state.kind === 'saving' ? shared.saving : isUntouched ? words.nothing : words.save}
        </Button>
        <Button onPress={onCancel}>{shared.cancel}</Button>
      </div>
    </form>
  );
}

/** Changes the terms of an offer in place. */
export function TermsForm(props: TermsFormProps) {
  const { sale } = useDesk();
  const name = { sale: sale.id, offer: props.offer };
  const { load, first } = useVersion((page) => readOffer(page, name), [sale.id, props.offer]);
  if (first) return <LoadedForm {...props} name={name} known={first} />;
  return (
    <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
      {() => <Skeleton lines={LINES} />}
    </LoadedView>
  );
}
