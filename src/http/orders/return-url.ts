import { invalid } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';

const BAD_URL = invalid(
  '/returnUrl',
  'must be a URL that begins with https://, or of an origin that PAYMENT_RETURN_ORIGINS lists',
);

/**
 * Where a shopper goes after paying, in its serialized form.
 * @param origins allowed beside https, serialized
 * @returns null when none is asked for
 */
export function readReturnUrl(
  text: string | undefined,
  origins: readonly string[],
): string | Refusal | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  const isAllowed = url?.protocol === 'https:' || (url !== null && origins.includes(url.origin));
  return isAllowed && url.username === '' && url.password === '' ? url.href : BAD_URL;
}
