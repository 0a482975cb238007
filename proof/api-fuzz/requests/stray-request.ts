import fc from 'fast-check';
import type { ApiDocument } from '../document/api-document.ts';
import { callers } from '../world/callers.ts';
import type { DrawnFor } from './drawn.ts';
import { extraHeaders } from './extra-headers.ts';
import { rarely } from './odds.ts';

const STRAY_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const STRAY_PATHS = ['/', '/v1', '/v1/', '/v1/sale', '/nowhere', '/v1/sales/x/y/z/1', '/admin'];
const DECOYS = 8;

/** Requests for no operation: an unknown path, or a known path with a method that it lacks. */
export function strayRequest({ operations }: ApiDocument): fc.Arbitrary<DrawnFor> {
  const methodsOf = Map.groupBy(operations, ({ path }) => path);
  const wrong = [...methodsOf].flatMap(([path, list]) =>
    STRAY_METHODS.filter((method) => list.every((one) => one.method !== method)).map((method) => ({
      method,
      path: path.replaceAll(/\{\w+\}/g, 'x'),
    })),
  );
  const unknown = fc.record({
    method: fc.constantFrom(...STRAY_METHODS, 'HEAD', 'OPTIONS'),
    path: fc.constantFrom(...STRAY_PATHS),
  });
  const target = fc.oneof(fc.constantFrom(...wrong), unknown);
  return fc
    .tuple(target, extraHeaders, fc.constantFrom(...callers), rarely(DECOYS))
    .map(([{ method, path }, headers, caller, hasBody]) => {
      const body = hasBody && method !== 'GET' && method !== 'HEAD' ? '{}' : null;
      const rest = { isNarrow: false, isSigned: false };
      return { operation: null, drawn: { method, url: path, headers, body, caller, ...rest } };
    });
}
