import fc from 'fast-check';
import { ODD_HEADERS } from './odd-values.ts';
import { often } from './odds.ts';

/** Headers that any request may have, whether the route reads them or not. */
const EXTRA_HEADERS = [
  ...['accept', 'accept-language', 'accept-encoding', 'prefer', 'traceparent', 'x-request-id'],
  ...['x-change-reason', 'if-match', 'if-none-match', 'x-forwarded-for', 'origin', 'range'],
  ...['idempotency-key', 'content-type', 'x-http-method-override', 'last-event-id'],
];
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SOUND_HEADERS = [
  'zh-CN',
  'application/json',
  'wait=1',
  TRACE,
  'gzip',
  'br',
  '*/*',
  '127.0.0.1',
];

/** Often none, else up to three of them with any value. */
export const extraHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  often(6, fc.constant({})),
  fc.dictionary(
    fc.constantFrom(...EXTRA_HEADERS),
    fc.oneof(fc.constantFrom(...ODD_HEADERS), fc.constantFrom(...SOUND_HEADERS)),
    { maxKeys: 3, noNullPrototype: true },
  ),
);
