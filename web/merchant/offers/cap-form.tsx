import type { OfferFigures, OfferTerms } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { CellsNotice } from '../saving/cells-notice.tsx';
import { ClashNotice } from '../saving/clash-notice.tsx';
import { askPending } from '../saving/save.ts';
import type { Saved } from '../saving/save.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { textsLike, useEdit } from '../saving/use-edit.ts';
import { useSaving } from '../saving/use-saving.ts';
import { useVersion } from '../saving/use-version.ts';
import type { Versioned } from '../saving/versioned.ts';
import { savingWords } from '../saving/words.ts';
import { countOf } from '../typed/amounts.ts';
import { TextField } from '../typed/text-field.tsx';
import { CapFacts } from './cap-facts.tsx';
import { previewCap } from './cap-preview.ts';
import type { CapPreview } from './cap-preview.ts';
import { offerChange, readOffer } from './save-offer.ts';
import type { OfferName, PatchedOffer } from './save-offer.ts';
import { offersWords } from './words.ts';

interface CapFormProps {
  readonly offer: string;
  readonly figures: OfferFigures;
  readonly onClose: () => void;
  /** Reads the figures again. */
  readonly onSaved: () => void;
}

const LINES = 4;
const EMPTY: { readonly cap: string } = { cap: '' };
const readTexts = textsLike(EMPTY);

const typedOf = ({ cap }: OfferTerms) => ({ cap: String(cap) });

function previewText(preview: CapPreview, words: (typeof offersWords)['en']['capForm']): string {
  switch (preview.kind) {
    case 'same':
      return words.same;
    case 'raised':
      return [
        preview.repaid > 0 ? words.repaid(preview.repaid) : '',
        preview.more > 0 ? words.raised(preview.more) : '',
      ]
        .filter(Boolean)
        .join(' ');
    case 'lowered':
      return words.lowered(preview.fewer, preview.left);
    case 'debt':
      return words.debt(preview.committed, preview.debt);
  }
}

/** The edit of a cap and its way into the service. */
function useCap(name: OfferName, known: Versioned<OfferTerms>, onSaved: () => void) {
  const page = usePage();
  const { refresh } = useDesk();
  const saving = useSaving<OfferTerms, PatchedOffer>();
  const { sale, offer } = name;
  const start = { name: `cap.${sale}.${offer}`, tag: known.tag, typed: typedOf(known.data) };
  const editing = useEdit({ ...start, read: readTexts });
  const { tag, base, typed } = editing.now.value;
  const cap = countOf(typed.cap);
  const save = async (over: string) => {
    if (cap === null) return;
    const saved = await saving.run(offerChange(page, name, { tag: over, patch: { cap } }));
    if (!saved) return;
    editing.restart(saved.tag, { cap: String(cap) });
    onSaved();
    refresh();
  };
  const check = ({ tag: made, answer }: Saved<PatchedOffer>) =>
    askPending(offerChange(page, name, { tag: made, patch: { cap: answer.asked } }));
  const type = (text: string) => {
    saving.reset();
    editing.type({ cap: text });
  };
  return { saving, editing, tag, text: typed.cap, was: Number(base.cap), cap, save, check, type };
}

interface LoadedFormProps extends CapFormProps {
  readonly name: OfferName;
  readonly known: Versioned<OfferTerms>;
}

function LoadedForm({ name, known, figures, onClose, onSaved }: LoadedFormProps) {
  const words = useWords(offersWords);
  const shared = useWords(savingWords);
  const formats = useFormats();
  const { saving, editing, tag, text, was, cap, save, check, type } = useCap(name, known, onSaved);
  const state = saving.now.value;
  const preview = cap === null ? null : previewCap(cap, { ...figures, cap: was });
  const isOff = state.kind === 'saving' || preview === null || preview.kind === 'same';
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
      <CapFacts figures={figures} />
      <TextField
        label={words.capForm.label}
        hint={words.capForm.hint}
        keys="numeric"
        value={text}
        onType={type}
        error={text !== '' && cap === null ? words.capForm.notCount : null}
      />
      <p class="preview" role="status">
        {state.kind === 'saved'
          ? words.capForm.saved(formats.count(state.answer.asked))
          : preview && previewText(preview, words.capForm)}
      </p>
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
      {state.kind === 'clash' && (
        <ClashNotice
          clash={state}
          compared={(theirs) => [
            {
              field: words.cap,
              theirs: formats.count(theirs.cap),
              mine: cap === null ? text : formats.count(cap),
            },
          ]}
          onKeepMine={() => void save(state.theirs?.tag ?? '')}
          onTakeTheirs={() => {
            if (state.theirs) editing.restart(state.theirs.tag, typedOf(state.theirs.data));
            saving.reset();
          }}
        />
      )}
      {state.kind === 'saved' && <CellsNotice answer={state.answer} check={() => check(state)} />}
      <div class="row">
        <Button kind="main" submits isOff={isOff}>
          {state.kind === 'saving'
            ? shared.saving
            : words.capForm.confirm(cap === null ? '–' : formats.count(cap))}
        </Button>
        <Button onPress={onCancel}>{shared.cancel}</Button>
      </div>
    </form>
  );
}

/** Changes a cap in place: what it would do is said before it is done. */
export function CapForm(props: CapFormProps) {
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
