import { useId } from 'preact/hooks';

interface ChoiceProps<Value extends string> {
  /** Read aloud; the eye sees only what is chosen. */
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly onChoose: (value: Value) => void;
}

/** A small choice of the page's head. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, onChoose } = props;
  const id = useId();
  const onChange = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }) => {
    const chosen = options.find((option) => option.value === currentTarget.value);
    if (chosen) onChoose(chosen.value);
  };
  return (
    <span class="choice">
      <label class="unseen" for={id}>
        {label}
      </label>
      <select id={id} value={value} onChange={onChange}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  );
}
