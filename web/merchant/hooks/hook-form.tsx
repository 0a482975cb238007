import { useEffect } from 'preact/hooks';
import { getWebhook, patchWebhook, putWebhook } from '../../../client/index.ts';
import type { Webhook } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import type { Page } from '../../kit/page/page.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Check } from '../../kit/parts/ask/check.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { ClashNotice } from '../saving/clash-notice.tsx';
import { findChange } from '../saving/find-change.ts';
import { hasFields } from '../saving/same-value.ts';
import type { SaveRequest } from '../saving/save.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { isSame, useEdit } from '../saving/use-edit.ts';
import { useFaultAt } from '../saving/use-fault-at.ts';
import { useSaving } from '../saving/use-saving.ts';
import type { Versioned } from '../saving/versioned.ts';
import { savingWords } from '../saving/words.ts';
import { TextField } from '../typed/text-field.tsx';
import { EMPTY_HOOK, typedHook, isHookId, isWhole, readHook } from './typed-hook.ts';
import type { TypedHook } from './typed-hook.ts';
import { HOOK_KINDS } from './hook-kinds.ts';
import { SecretOnce } from './secret-once.tsx';
import { hooksWords } from './words.ts';

/** What an endpoint is, or a part of it. */
type HookFields = Partial<Pick<Webhook, 'url' | 'enabled'>> & Partial<Pick<TypedHook, 'kinds'>>;

export interface HookName {
  readonly sale: string;
  readonly webhook: string;
  /** Whose endpoint it is; null: the operators'. */
  readonly owner: string | null;
}

/** A change of some terms of an endpoint that exists. */
export function hookChange(
  { connection, clock }: Pick<Page, 'connection' | 'clock'>,
  { sale, webhook, owner }: HookName,
  tag: string,
  { kinds, ...same }: HookFields,
): SaveRequest<Webhook, Webhook> {
  const body = { ...same, ...(kinds ? { kinds: [...kinds] } : {}) };
  const path = { sale, webhook };
  const subject = `webhook:${owner ?? ''}/${webhook}`;
  return {
    known: { tag },
    send: (headers) => patchWebhook({ client: connection.change, path, headers, body }),
    read: () => getWebhook({ client: connection.read, path }),
    isDone: (hook) => hasFields(hook, body),
    findChange: () => findChange(connection.read, sale, subject, clock.now()),
  };
}

function newHook(
  page: Pick<Page, 'connection' | 'clock'>,
  name: HookName,
  { url, kinds }: TypedHook,
): SaveRequest<Webhook, Webhook> {
  const path = { sale: name.sale, webhook: name.webhook };
  const body = { url: url.trim(), kinds: [...kinds] };
  return {
    ...hookChange(page, name, '', body),
    known: null,
    send: (headers) => putWebhook({ client: page.connection.change, path, headers, body }),
  };
}

interface HookFormProps {
  /** Null: a new one. */
  readonly known: Versioned<Webhook> | null;
  readonly onSaved?: () => void;
}

/** The edit of an endpoint and its way into the service. */
function useHook({ known, onSaved }: HookFormProps) {
  const page = usePage();
  const { sale, ownStore } = useDesk();
  const saving = useSaving<Webhook, Webhook>();
  const first = known ? typedHook(known.data) : EMPTY_HOOK;
  const name = `hook.${sale.id}.${first.id}`;
  const editing = useEdit({ name, tag: known?.tag ?? '', typed: first, read: readHook });
  const { tag, base, typed } = editing.now.value;
  const isTouched = !isSame(base, typed);
  useEffect(() => {
    // Enabling it makes a new version; nobody has typed over that.
    if (known && !isTouched && known.tag !== tag) editing.restart(known.tag, first);
  }, [known?.tag]);
  const save = async (over: string) => {
    const hook = { sale: sale.id, webhook: typed.id, owner: ownStore };
    const fields = { url: typed.url.trim(), kinds: typed.kinds };
    const saved = await saving.run(
      over === '' ? newHook(page, hook, typed) : hookChange(page, hook, over, fields),
    );
    if (!saved) return;
    editing.restart(saved.tag, typedHook(saved.answer));
    onSaved?.();
  };
  const type = (change: Partial<TypedHook>) => {
    saving.reset();
    editing.type(change);
  };
  return { saving, editing, tag, typed, isTouched, save, type };
}

interface KindsProps {
  readonly typed: TypedHook;
  readonly onType: (change: Partial<TypedHook>) => void;
}

function Kinds({ typed, onType }: KindsProps) {
  const words = useWords(hooksWords);
  return (
    <fieldset class="checks">
      <legend>{words.events}</legend>
      {HOOK_KINDS.map((kind) => (
        <Check
          key={kind}
          label={kind}
          isOn={typed.kinds.includes(kind)}
          onSwitch={(isOn) => {
            const others = typed.kinds.filter((one) => one !== kind);
            onType({ kinds: isOn ? [...others, kind] : others });
          }}
        />
      ))}
      {typed.kinds.length === 0 && <p class="field-error">{words.chooseEvents}</p>}
    </fieldset>
  );
}

/** Makes an endpoint, or changes where it is and which events it gets. */
export function HookForm(props: HookFormProps) {
  const words = useWords(hooksWords);
  const shared = useWords(savingWords);
  const { saving, editing, tag, typed, isTouched, save, type } = useHook(props);
  const state = saving.now.value;
  const isOff = state.kind === 'saving' || !isTouched || !isWhole(typed);
  const problem = state.kind === 'failed' ? state.problem : null;
  const faultAt = useFaultAt(problem);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!isOff) void save(tag);
  };
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <TextField
        label={words.id}
        hint={words.idHint}
        value={typed.id}
        isFixed={tag !== ''}
        onType={(id) => type({ id })}
        error={typed.id !== '' && !isHookId(typed.id) ? words.idHint : null}
      />
      <TextField
        label={words.url}
        hint={words.urlHint}
        keys="url"
        value={typed.url}
        onType={(url) => type({ url })}
        error={faultAt('/url')}
      />
      <Kinds typed={typed} onType={type} />
      {problem && <SaveFailed problem={problem} shown={['/url']} />}
      {state.kind === 'clash' && (
        <ClashNotice
          clash={state}
          compared={({ url, kinds }) => [
            { field: words.url, theirs: url, mine: typed.url },
            { field: words.events, theirs: kinds.join(', '), mine: typed.kinds.join(', ') },
          ]}
          onKeepMine={() => void save(state.theirs?.tag ?? '')}
          onTakeTheirs={() => {
            if (state.theirs) editing.restart(state.theirs.tag, typedHook(state.theirs.data));
            saving.reset();
          }}
        />
      )}
      {state.kind === 'saved' && (
        <p class="preview" role="status">
          {words.saved}
        </p>
      )}
      {state.kind === 'saved' && state.answer.secret !== undefined && (
        <SecretOnce secret={state.answer.secret} />
      )}
      <div>
        <Button kind="main" submits isOff={isOff}>
          {state.kind === 'saving' ? shared.saving : isTouched ? words.save : words.nothing}
        </Button>
      </div>
    </form>
  );
}
