type Fields = Readonly<Record<string, unknown>> | null;

/** One field that a change set, gave or took away. */
export interface ChangedField {
  readonly name: string;
  /** Null: there was none, or there is none any more. */
  readonly before: string | null;
  readonly after: string | null;
}

const textOf = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The fields that differ, in the order in which they were before, then the new ones. */
export function changedFields(before: Fields, after: Fields): ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name) => {
    const field = { name, before: textOf(before?.[name]), after: textOf(after?.[name]) };
    return field.before === field.after ? [] : [field];
  });
}
