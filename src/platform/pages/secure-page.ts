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

/** Headers of the pages that are built: all that they load is ours but pictures from some hosts. */
export const builtPageHeaders = (imageHosts: readonly string[] = []) => ({
  ...securePage([
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data:", ...imageHosts.map((host) => `https://${host}`)].join(' '),
    "connect-src 'self'",
    "font-src 'none'",
    "form-action 'self'",
  ]),
  'referrer-policy': 'same-origin',
});

/** The HTML names the files of its build, so it is always asked for. */
export const PAGE_CACHING = 'no-cache';
/** The name of an asset changes with its content. */
export const ASSET_CACHING = 'public, max-age=31536000, immutable';
