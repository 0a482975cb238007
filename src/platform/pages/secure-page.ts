/**
 * Headers of a page for people.
 * @param sources what the page may load, e.g. `script-src 'self'`; nothing else
 */
export const securePage = (sources: readonly string[]) => ({
  'content-security-policy': [
    "default-src 'none'",
    ...sources,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
});
