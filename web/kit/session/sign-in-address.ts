export const SIGN_IN = '/sign-in';

/**
 * Where a visitor signs in.
 * @param returnTo path and query of the page to come back to
 */
export function signInAddress(returnTo: string): string {
  return `${SIGN_IN}?${new URLSearchParams({ then: returnTo })}`;
}

/** Stands for that of the service: where a path leads depends on no host. */
const ORIGIN = 'https://here.invalid';

/**
 * The page to go back to, if it is one of this service; else the given one. A fragment is left out:
 * it could carry a token.
 */
export function returnAddress(then: string | null, otherwise: string): string {
  if (then === null || !then.startsWith('/')) return otherwise;
  try {
    // A browser drops tabs and dots and reads `\` as `/`: only what it makes of all that counts.
    const { origin, pathname, search } = new URL(then, ORIGIN);
    return origin === ORIGIN && !pathname.startsWith('//') ? `${pathname}${search}` : otherwise;
  } catch {
    return otherwise;
  }
}
