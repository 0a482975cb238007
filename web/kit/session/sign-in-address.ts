const SIGN_IN = '/sign-in';

/**
 * Where a visitor signs in.
 * @param returnTo path and query of the page to come back to
 */
export function signInAddress(returnTo: string): string {
  return `${SIGN_IN}?${new URLSearchParams({ then: returnTo })}`;
}

/** The page to go back to, if it is one of this service; else the given one. */
export function returnAddress(then: string | null, otherwise: string): string {
  // A second slash or a backslash would lead to another host.
  return then !== null && /^\/(?![/\\])/.test(then) ? then : otherwise;
}
