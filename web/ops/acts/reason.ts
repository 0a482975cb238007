const MAX_CHARACTERS = 200;

/**
 * The headers that record why a change is made. A header carries bytes, so the text travels as
 * UTF-8, one character a byte.
 * @returns none for an empty text
 */
export function reasonHeaders(text: string): { 'X-Change-Reason'?: string } {
  const reason = [...text.trim().replaceAll(/\p{C}+/gu, ' ')].slice(0, MAX_CHARACTERS).join('');
  if (reason === '') return {};
  return { 'X-Change-Reason': String.fromCharCode(...new TextEncoder().encode(reason)) };
}
