import type { RouteFacts, RouteRows } from './facts.ts';
import { opsRows } from './ops-rows.ts';
import { orderRows } from './order-rows.ts';
import { pageRows } from './page-rows.ts';
import { readingRows } from './reading-rows.ts';
import { sellingRows } from './selling-rows.ts';
import { termsRows } from './terms-rows.ts';
import { webhookRows } from './webhook-rows.ts';

/** Every route of the API: who may call it, what it costs, and how the reference names it. */
export const catalogue: RouteRows = {
  ...sellingRows,
  ...orderRows,
  ...readingRows,
  ...termsRows,
  ...webhookRows,
  ...opsRows,
};

const all: RouteRows = { ...catalogue, ...pageRows };

/** @throws when the catalogue lacks the route: then the process does not start */
export function factsOf(method: string, pattern: string): RouteFacts {
  const label = `${method === 'HEAD' ? 'GET' : method} ${pattern}`;
  const facts = all[label];
  if (!facts) throw new Error(`the catalogue of routes lacks: ${label}`);
  return facts;
}
