import { Field } from '../../kit/parts/ask/field.tsx';

interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly onChoose: (value: Value) => void;
  readonly hint?: string;
  readonly error?: string | null;
  readonly isOptional?: boolean;
}

/** One of some choices. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, value, options, onChoose, hint, error = null, isOptional = false } = props;
  return (
    <Field
      label={label}
      error={error}
      isOptional={isOptional}
      {...(hint === undefined ? {} : { hint })}
    >
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={({ currentTarget }) => {
            const chosen = options.find((option) => option.value === currentTarget.value);
            if (chosen) onChoose(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
