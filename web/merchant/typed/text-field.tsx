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
  /** Day and clock in the visitor's place, as `localInputOf` writes them. */
  readonly isTime?: boolean;
  /** The visitor cannot change it, e.g. the id of what exists. */
  readonly isFixed?: boolean;
}

/** One line to type. What is typed stays as typed until it is read. */
export function TextField(props: TextFieldProps) {
  const { label, value, onType, hint, error = null, isOptional = false } = props;
  const { keys, isTime = false, isFixed = false } = props;
  const shared = {
    autocomplete: 'off',
    spellcheck: false,
    readOnly: isFixed,
    value,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
      onType(currentTarget.value),
  };
  return (
    <Field
      label={label}
      error={error}
      isOptional={isOptional}
      {...(hint === undefined ? {} : { hint })}
    >
      {(control) =>
        isTime ? (
          <input {...control} {...shared} type="datetime-local" />
        ) : (
          <input
            {...control}
            {...shared}
            type="text"
            {...(keys === undefined ? {} : { inputMode: keys })}
          />
        )
      }
    </Field>
  );
}
