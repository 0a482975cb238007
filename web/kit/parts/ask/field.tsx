import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';

/** What a control of a field must carry, so that its label, hint and error belong to it. */
export interface ControlProps {
  readonly id: string;
  readonly required: boolean;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: 'true';
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong and how to put it right; null: nothing is. */
  readonly error?: string | null;
  readonly isOptional?: boolean;
  /** Draws the control, e.g. an `input`. */
  readonly children: (props: ControlProps) => ComponentChildren;
}

export function Field({ label, hint, error = null, isOptional = false, children }: FieldProps) {
  const words = useWords(kitWords);
  const id = useId();
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  const described = [hint ? hintId : '', error === null ? '' : errorId].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>
        {label} {isOptional && <small class="muted">({words.optional})</small>}
      </label>
      {hint && (
        <p class="muted small" id={hintId}>
          {hint}
        </p>
      )}
      {children({
        id,
        required: !isOptional,
        ...(described === '' ? {} : { 'aria-describedby': described }),
        ...(error === null ? {} : { 'aria-invalid': 'true' as const }),
      })}
      {error !== null && (
        <p class="field-error" id={errorId} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
