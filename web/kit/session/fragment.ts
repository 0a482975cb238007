/** A fragment with the token taken out of it. */
export interface Handover {
  readonly token: string;
  /** What is left of the fragment, with its `#`, or nothing. */
  readonly rest: string;
}

/**
 * Finds the token that a sign-in page hands over as `#token=…`. A fragment never reaches a server
 * or its logs.
 * @returns null when there is none
 */
export function tokenIn(fragment: string): Handover | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = fields.get('token');
  if (token === null || token === '') return null;
  fields.delete('token');
  const rest = fields.toString();
  return { token, rest: rest === '' ? '' : `#${rest}` };
}
