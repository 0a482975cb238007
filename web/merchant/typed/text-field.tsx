import { Field } from '../../kit/parts/ask/field.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onType: (text: string) => void;
  readonly hint?: string;
  readonly error?: string | null;
  readonly isOptional?: boolean;
  /** Which keys a phone shows; default: those for text. */
  readonly keys?: 'numeric' | 'decimal' | 'url';
  readonly type?: 'text' | 'datetime-local' | 'search';
  /** The visitor cannot change it, e.g. the id of what exists. */
  readonly isFixed?: boolean;
}

/** One line to type. What is typed stays as typed until it is read. */
export function TextField(props: TextFieldProps) {
  const { label, value, onType, hint, error = null, isOptional = false } = props;
  const { keys, type = 'text', isFixed = false } = props;
  return (
    <Field
      label={label}
      error={error}
      isOptional={isOptional}
      {...(hint === undefined ? {} : { hint })}
    >
      {(control) => (
        <input
          {...control}
          type={type}
          autocomplete="off"
          spellcheck={false}
          readOnly={isFixed}
          value={value}
          onInput={({ currentTarget }) => onType(currentTarget.value)}
          {...(keys === undefined ? {} : { inputMode: keys })}
        />
      )}
    </Field>
  );
}
