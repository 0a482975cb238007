interface CheckProps {
  readonly label: string;
  readonly isOn: boolean;
  /** It cannot be switched now. */
  readonly isOff?: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

/** A yes or no. */
export function Check({ label, isOn, isOff = false, onSwitch }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        disabled={isOff}
        onChange={({ currentTarget }) => onSwitch(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
