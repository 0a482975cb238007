import type { RouteRows } from './facts.ts';

/** The API reference, which does not describe itself. */
const REFERENCE = {
  tag: 'Operations',
  who: 'tokenless',
  weight: 10,
  shed: 'first',
  problems: [],
} as const;

export const pageRows = {
  'GET /docs': { id: 'findReference', ...REFERENCE },
  'GET /docs/': { id: 'getReference', ...REFERENCE },
  'GET /docs/openapi.json': { id: 'getDocument', ...REFERENCE },
  'GET /docs/js/scalar.js': { id: 'getReferenceScript', ...REFERENCE },
} as const satisfies RouteRows;
