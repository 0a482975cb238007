/** A variable of the environment. */
export interface Variable<Value> {
  readonly name: string;
  /** Used when the variable is unset, written as in the environment; empty: no value. */
  readonly fallback: string;
  readonly description: string;
  /** Throws a `RangeError` that says what the text must be. */
  readonly parse: (text: string) => Value;
}
