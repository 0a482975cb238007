import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { fieldsOf } from '../kit/api/ask-json.ts';
import { usePage, useWords } from '../kit/page/hooks.ts';
import { Button } from '../kit/parts/ask/button.tsx';
import { Field } from '../kit/parts/ask/field.tsx';
import type { Role } from '../kit/session/claims.ts';
import { keptSignal } from '../kit/session/kept.ts';
import { kitWords } from '../kit/words/kit-words.ts';
import { useEnter } from './enter.ts';
import { askForToken } from './ways.ts';
import type { Said, SignInFault } from './ways.ts';
import { signInWords } from './words.ts';

const ROLES = ['shopper', 'merchant', 'operator'] as const satisfies readonly Role[];
const NOBODY: Said = { role: 'shopper', name: '', store: '', member: '' };

/** What the tab kept of an earlier visit. */
function readSaid(stored: unknown): Said | null {
  const { role, name, store, member } = fieldsOf(stored);
  const known = ROLES.find((one) => one === role);
  const texts = [name, store, member].map((text) => (typeof text === 'string' ? text : ''));
  return known ? { role: known, name: texts[0]!, store: texts[1]!, member: texts[2]! } : null;
}

interface RoleChoiceProps {
  readonly chosen: Role;
  readonly onChoose: (role: Role) => void;
}

function RoleChoice({ chosen, onChoose }: RoleChoiceProps) {
  const words = useWords(signInWords);
  return (
    <fieldset class="roles">
      <legend>{words.role}</legend>
      {ROLES.map((role) => (
        <label key={role} class="role">
          <input
            type="radio"
            name="role"
            value={role}
            checked={role === chosen}
            onChange={() => onChoose(role)}
          />
          <span>
            <strong>{words.roles[role]}</strong> <span class="muted small">{words.does[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly error: string | null;
  readonly value: string;
  readonly isOptional?: boolean;
  readonly onChange: (value: string) => void;
}

function TextField({ value, onChange, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(control) => (
        <input
          {...control}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={value}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** What the visitor says, kept while the tab is open, and what is wrong with it. */
function useRoleForm() {
  const page = usePage();
  const enter = useEnter();
  const said = useMemo(() => keptSignal(page.tabStore, 'sign-in', NOBODY, readSaid).value, [page]);
  const fault = useSignal<SignInFault | 'offline' | null>(null);
  const isBusy = useSignal(false);
  const submit = async () => {
    isBusy.value = true;
    const { role } = said.value;
    const answer = await askForToken(page, said.value).catch(() => ({ fault: 'offline' }) as const);
    isBusy.value = false;
    if ('token' in answer) return enter(answer.token, role);
    fault.value = answer.fault;
  };
  return { said, fault, isBusy, submit };
}

/** Signs anyone in as anybody: only a service for development answers it. */
export function RoleForm() {
  const words = useWords(signInWords);
  const kit = useWords(kitWords);
  const { said, fault, isBusy, submit } = useRoleForm();
  const { role, name, store, member } = said.value;
  const change = (fields: Partial<Said>) => (said.value = { ...said.value, ...fields });
  const errorOf = (field: SignInFault, text: string) => (fault.value === field ? text : null);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') fault.value = 'name';
    else if (!isBusy.value) void submit();
  };
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <RoleChoice chosen={role} onChoose={(chosen) => change({ role: chosen })} />
      <TextField
        label={words.name}
        hint={words.nameHint}
        error={errorOf('name', words.badName)}
        value={name}
        onChange={(value) => change({ name: value })}
      />
      {role === 'merchant' && (
        <TextField
          label={words.store}
          hint={words.storeHint}
          error={errorOf('store', words.badStore)}
          value={store}
          onChange={(value) => change({ store: value })}
        />
      )}
      {role === 'shopper' && (
        <TextField
          label={words.member}
          hint={words.memberHint}
          error={errorOf('member', words.badMember)}
          value={member}
          isOptional
          onChange={(value) => change({ member: value })}
        />
      )}
      {(fault.value === 'other' || fault.value === 'offline') && (
        <p class="field-error" role="alert">
          {fault.value === 'other' ? words.failed : words.offline}
        </p>
      )}
      <div>
        <Button kind="main" submits isOff={isBusy.value}>
          {isBusy.value ? words.signingIn : kit.signIn}
        </Button>
      </div>
    </form>
  );
}
